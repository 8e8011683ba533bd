import type { ReactNode } from 'react';

/** Line drawings on a 24 × 24 grid in the colour of the text around them; decoration, never the only message. */
function Icon({ children }: { readonly children: ReactNode }) {
  return (
    <svg
      className="icon"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

export function CheckIcon() {
  return (
    <Icon>
      <path d="M5 12.5l4.5 4.5L19 7.5" strokeWidth="2.5" />
    </Icon>
  );
}

export function CrossIcon() {
  return (
    <Icon>
      <path d="M6.5 6.5l11 11m0-11l-11 11" strokeWidth="2.5" />
    </Icon>
  );
}

export function LessIcon() {
  return (
    <Icon>
      <path d="M15.5 5.500L8 12l7.500 6.500" strokeWidth="2.5" />
    </Icon>
  );
}

export function RingIcon() {
  return (
    <Icon>
      <circle cx="12" cy="12" r="7.500" strokeWidth="2.5" />
    </Icon>
  );
}

export function ChevronIcon() {
  return (
    <Icon>
      <path d="M9 6l6 6-6 6" />
    </Icon>
  );
}

export function CardIcon() {
  return (
    <Icon>
      <rect x="3" y="5.5" width="18" height="13" rx="2.5" />
      <path d="M3 10h18M7 15h4" />
    </Icon>
  );
}

export function TerminalIcon() {
  return (
    <Icon>
      <rect x="6" y="2.5" width="12" height="19" rx="2.5" />
      <path d="M9 6h6v4H9zM9.5 14h.01M12 14h.01M14.5 14h.01M9.5 17.5h.01M12 17.5h.01M14.5 17.5h.01" />
    </Icon>
  );
}

export function AcquirerIcon() {
  return (
    <Icon>
      <rect x="4" y="4" width="16" height="6.5" rx="1.75" />
      <rect x="4" y="13.5" width="16" height="6.5" rx="1.75" />
      <path d="M8 7.25h.01M8 16.75h.01M12 7.25h4M12 16.75h4" />
    </Icon>
  );
}

export function BankIcon() {
  return (
    <Icon>
      <path d="M3.5 9.5L12 4l8.5 5.5zM6 10v7M10 10v7M14 10v7M18 10v7M3.5 20h17" />
    </Icon>
  );
}

export function LedgerIcon() {
  return (
    <Icon>
      <circle cx="12" cy="12" r="8.5" />
      <path d="M8 8h8M8 11h8M12 11v6" />
    </Icon>
  );
}

export function AccountIcon() {
  return (
    <Icon>
      <path d="M4 8.5h15a1.5 1.5 0 011.5 1.5v8a1.5 1.5 0 01-1.5 1.5H5.5A1.5 1.5 0 014 18zM4 8.5A2 2 0 016 5h11v3.500" />
      <path d="M16 14h.01" strokeWidth="2.5" />
    </Icon>
  );
}
