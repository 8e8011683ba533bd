/** As in package.json; the tidy test holds them together. */
export const VERSION = '0.1.0';
