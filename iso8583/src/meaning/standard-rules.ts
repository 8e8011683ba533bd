import type { MessageRule, MessageRules } from './message-rules.ts';
import { responseMti } from './mti.ts';

/** What a request needs, what it may have, and what its answer repeats. */
interface Exchange {
  /** Requests and advices, without their repeats. */
  readonly requests: readonly string[];
  readonly mandatory: readonly number[];
  readonly echoed: readonly number[];
  /** The result: response code (1987) or action code. */
  readonly result: number;
}

/**
 * Exchanges that every edition has: what cannot be missing for the message to be understood. Networks ask for more,
 * each in a table of its own.
 */
const EXCHANGES_1987: readonly Exchange[] = [
  {
    requests: ['0100', '0120', '0200', '0220'],
    mandatory: [3, 4, 7, 11],
    echoed: [2, 3, 4, 7, 11, 12, 13, 32, 37, 41, 42, 49],
    result: 39,
  },
  {
    requests: ['0400', '0420'],
    mandatory: [3, 4, 7, 11, 90],
    echoed: [2, 3, 4, 7, 11, 12, 13, 32, 37, 41, 42, 49, 90],
    result: 39,
  },
  { requests: ['0500', '0520'], mandatory: [7, 11], echoed: [7, 11, 15, 32, 50, 66], result: 39 },
  { requests: ['0600', '0620'], mandatory: [7, 11], echoed: [7, 11, 32, 37], result: 39 },
  { requests: ['0800', '0820'], mandatory: [7, 11, 70], echoed: [7, 11, 32, 33, 41, 70], result: 39 },
];

/** Since 1993 DE 12 is date and time, DE 24 the function and DE 56 the original's data. */
function exchangesSince1993(version: '1' | '2'): readonly Exchange[] {
  const money = [2, 3, 4, 7, 11, 12, 24, 32, 37, 41, 42, 49];
  return [
    {
      requests: [`${version}100`, `${version}120`, `${version}200`, `${version}220`],
      mandatory: [3, 4, 7, 11, 12, 24],
      echoed: money,
      result: 39,
    },
    {
      requests: [`${version}400`, `${version}420`],
      mandatory: [3, 4, 7, 11, 12, 24, 56],
      echoed: [...money, 56],
      result: 39,
    },
    {
      requests: [`${version}500`, `${version}520`],
      mandatory: [7, 11, 12, 24],
      echoed: [7, 11, 12, 24],
      result: 39,
    },
    {
      requests: [`${version}600`, `${version}620`],
      mandatory: [7, 11, 12, 24],
      echoed: [7, 11, 12, 24],
      result: 39,
    },
    {
      requests: [`${version}800`, `${version}820`],
      mandatory: [7, 11, 12, 24],
      echoed: [7, 11, 12, 24],
      result: 39,
    },
  ];
}

const ALL = Array.from({ length: 191 }, (_, index) => index + 2);

function rulesOf(exchanges: readonly Exchange[]): MessageRules {
  return exchanges.flatMap(({ requests, mandatory, echoed, result }): MessageRule[] =>
    requests.flatMap((request) => [
      {
        mti: [request, `${request.slice(0, 3)}1`],
        mandatory,
        conditional: ALL.filter((element) => !mandatory.includes(element)),
        echoed: [],
      },
      {
        mti: [responseMti(request)],
        mandatory: [result],
        conditional: ALL.filter((element) => element !== result && !echoed.includes(element)),
        echoed,
      },
    ]),
  );
}

/** The least each kind of message must have, and what its answer repeats: ISO 8583:1987. */
export const rules1987: MessageRules = rulesOf(EXCHANGES_1987);
/** ISO 8583:1993. */
export const rules1993: MessageRules = rulesOf(exchangesSince1993('1'));
/** ISO 8583-1:2003. */
export const rules2003: MessageRules = rulesOf(exchangesSince1993('2'));
