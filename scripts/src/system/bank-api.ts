import { type Bank, type BankBehaviour, parseBankBehaviour, statementToJson } from '@kassa/banks';
import { ApiError } from '@kassa/terminal';
import { Router } from 'express';

/** What a tester sees and sets of the banks (docs/api.md). */
export function bankApi(banks: ReadonlyMap<string, Bank>): Router {
  const router = Router();
  const bankOf = (id: string): Bank => {
    const bank = banks.get(id);
    if (!bank) throw new ApiError(404, 'unknown-bank', 'there is no such bank: GET /v1/banks lists them');
    return bank;
  };
  const describe = ({ id, name, nonCash }: Bank) => ({ id, name, behaviour: nonCash.behaviour });
  router.get('/banks', (_request, response) => {
    response.json([...banks.values()].map(describe));
  });
  router.post('/banks/:id/behaviour', (request, response) => {
    const bank = bankOf(request.params.id);
    const parsed = parse(request.body);
    if ('problem' in parsed) throw new ApiError(400, 'bad-behaviour', parsed.problem);
    bank.nonCash.setBehaviour(parsed.behaviour);
    response.json(describe(bank));
  });
  router.get('/banks/:id/accounts/:iban/statement', (request, response) => {
    const { nonCash } = bankOf(request.params.id);
    const { iban } = request.params;
    if (!nonCash.account(iban)) {
      throw new ApiError(404, 'unknown-account', 'this bank keeps no such account');
    }
    const { after = '0' } = request.query;
    if (typeof after !== 'string' || !/^\d{1,15}$/.test(after)) {
      throw new ApiError(400, 'bad-after', 'after is the StmtPgntn.next of the page before');
    }
    response.json(statementToJson(nonCash.statement(iban, { after: Number(after) })));
  });
  return router;
}

function parse(body: unknown): { readonly behaviour: BankBehaviour } | { readonly problem: string } {
  try {
    return { behaviour: parseBankBehaviour(body) };
  } catch (error) {
    if (error instanceof RangeError) return { problem: error.message };
    throw error;
  }
}
