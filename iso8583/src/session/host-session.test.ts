import { describe, expect, test } from 'vitest';
import type { Message } from '../codec/message.ts';
import { createHostSession } from './host-session.ts';
import type { HostSession, SessionAction, SessionSettings } from './session-types.ts';

const NO_BYTES = new Uint8Array(0);
type Session = HostSession<string, string>;
type Action = SessionAction<string, string>;

const purchase = (stan: string, fields: Message['fields'] = {}): Message => ({
  mti: '0200',
  fields: { 4: '000000150000', 11: stan, 37: `632815${stan}`, 41: '20000001', ...fields },
});
const answerTo = (request: Message, fields: Message['fields'] = {}): Message => ({
  mti: request.mti.replace(/^(..)0./, '$110'),
  fields: { ...request.fields, 39: '00', ...fields },
});
const network = (code: string, stan: string): Message => ({
  mti: '0800',
  fields: { 11: stan, 41: '20000001', 70: code },
});

function session(settings: SessionSettings = {}): Session {
  return createHostSession<string, string>(settings);
}
/** One that is ready at 0 ms. */
function ready(settings: SessionSettings = {}): Session {
  const made = session(settings);
  made.connected(0);
  return made;
}
const whyOf = (actions: readonly Action[]): unknown =>
  actions.map((action) => (action.kind === 'unmatched' ? `${action.cause}: ${action.why}` : action.kind));
const receive = (made: Session, message: Message, nowMs: number): Action[] =>
  made.received(message, NO_BYTES, nowMs);

describe('a request', () => {
  test('goes out and gets its answer', () => {
    const made = ready();
    expect(made.request(purchase('000007'), 'payment', 10)).toEqual([
      { kind: 'send', message: purchase('000007'), owner: 'payment' },
    ]);
    expect([made.inFlight, made.nextDeadlineMs]).toEqual([1, 15_010]);
    const message = answerTo(purchase('000007'));
    expect(made.received(message, NO_BYTES, 210)).toEqual([
      { kind: 'ended', owner: 'payment', end: { kind: 'answered', message, bytes: NO_BYTES, waitedMs: 200 } },
    ]);
    expect([made.inFlight, made.nextDeadlineMs]).toEqual([0, undefined]);
  });

  test('has its own deadline, whatever the order', () => {
    const made = ready({ responseTimeoutMs: 1000 });
    made.request(purchase('000001'), 'slow', 0);
    made.request(purchase('000002'), 'quick', 0, 300);
    made.request(purchase('000003'), 'middle', 0, 500);
    expect(made.nextDeadlineMs).toBe(300);
    expect(made.tick(299)).toEqual([]);
    expect(made.tick(600).map((action) => action.kind === 'ended' && [action.owner, action.end])).toEqual([
      ['quick', { kind: 'no-answer', waitedMs: 600, why: 'no answer within 0.3 s' }],
      ['middle', { kind: 'no-answer', waitedMs: 600, why: 'no answer within 0.5 s' }],
    ]);
    expect([made.inFlight, made.nextDeadlineMs]).toEqual([1, 1000]);
  });

  test('is refused by name where it cannot go', () => {
    const refusals = (made: Session, stan = '000001') =>
      made
        .request(purchase(stan), 'owner', 0)
        .map((action) => action.kind === 'ended' && action.end.kind === 'not-sent' && action.end.refusal);
    expect(refusals(session())).toEqual(['not-connected']);
    const closed = session({ opening: ['sign-on'] });
    closed.connected(0);
    expect([closed.accepts(), refusals(closed)]).toEqual(['not-ready', ['not-ready']]);
    const narrow = ready({ inFlightMax: 1, queuedMax: 0 });
    narrow.request(purchase('000001'), 'first', 0);
    expect([narrow.accepts(), refusals(narrow, '000002')]).toEqual([
      'too-many-in-flight',
      ['too-many-in-flight'],
    ]);
    const queueing = ready({ inFlightMax: 1, queuedMax: 1 });
    queueing.request(purchase('000001'), 'first', 0);
    expect(queueing.accepts()).toBeNull();
    expect(queueing.request(purchase('000002'), 'second', 0)).toEqual([]);
    expect([queueing.accepts(), refusals(queueing, '000003')]).toEqual(['queue-full', ['queue-full']]);
    const twice = ready();
    twice.request(purchase('000001'), 'first', 0);
    expect(refusals(twice)).toEqual(['same-keys']);
  });

  test('of a type that is not answered is refused before anything is promised', () => {
    const made = ready();
    expect(() => made.request(answerTo(purchase('000001')), 'owner', 0)).toThrow('bad-mti');
    expect(made.inFlight).toBe(0);
  });
});

describe('the queue', () => {
  test('goes out in its order as places become free', () => {
    const made = ready({ inFlightMax: 2 });
    for (const stan of ['000001', '000002', '000003', '000004']) made.request(purchase(stan), stan, 0);
    expect([made.inFlight, made.queued]).toEqual([2, 2]);
    const actions = receive(made, answerTo(purchase('000002')), 5);
    expect(actions.map((action) => 'owner' in action && `${action.kind} ${action.owner}`)).toEqual([
      'ended 000002',
      'send 000003',
    ]);
  });

  test('gives up what waits too long, and its time is part of the deadline', () => {
    const made = ready({ inFlightMax: 1, responseTimeoutMs: 100 });
    made.request(purchase('000001'), 'first', 0, 90);
    made.request(purchase('000002'), 'second', 10);
    made.request(purchase('000003'), 'third', 20, 50);
    const ends = (actions: Action[]) =>
      actions.map((action) => (action.kind === 'ended' ? [action.owner, action.end.kind] : action.kind));
    expect(made.nextDeadlineMs).toBe(70);
    expect(ends(made.tick(70))).toEqual([['third', 'not-sent']]);
    expect(ends(made.tick(90))).toEqual([['first', 'no-answer'], 'send']);
    expect(made.nextDeadlineMs).toBe(110);
    expect(ends(made.tick(110))).toEqual([['second', 'no-answer']]);
  });
});

describe('an answer nobody waits for says why', () => {
  test('it is late, and by how much', () => {
    const made = ready();
    made.request(purchase('000007'), 'payment', 0);
    made.tick(15_000);
    expect(whyOf(receive(made, answerTo(purchase('000007')), 16_200))).toEqual([
      'late: late by 1.2 s: its request was given up after 15 s',
    ]);
  });

  test('its request was answered already', () => {
    const made = ready();
    made.request(purchase('000007'), 'payment', 0);
    receive(made, answerTo(purchase('000007')), 100);
    expect(whyOf(receive(made, answerTo(purchase('000007')), 130))).toEqual([
      'answered: its request was answered already, 0.03 s before',
    ]);
  });

  test('its request ended with an earlier connection', () => {
    const made = ready();
    made.request(purchase('000007'), 'payment', 0);
    made.disconnected('the host closed the connection', 100);
    made.connected(300);
    expect(whyOf(receive(made, answerTo(purchase('000007')), 400))).toEqual([
      'dropped: its request ended with its connection, 0.3 s before',
    ]);
  });

  test('it differs from the nearest that waits', () => {
    const made = ready();
    made.request({ mti: '0800', fields: { 11: '000001', 41: '20000001', 70: '301' } }, 'echo', 0);
    made.request(purchase('000900'), 'payment', 0);
    const wrong = answerTo(purchase('000900'), { 11: '000901' });
    expect(whyOf(receive(made, wrong, 10))).toEqual([
      'different: no request matches: STAN 000901 instead of 000900',
    ]);
    expect(made.inFlight).toBe(2);
  });

  test('it differs from the nearest of those that have ended', () => {
    const made = ready();
    made.request(purchase('000900'), 'payment', 0);
    receive(made, answerTo(purchase('000900')), 5);
    expect(whyOf(receive(made, answerTo(purchase('000900'), { 11: '000901' }), 10))).toEqual([
      'unexpected: no request is waiting; the nearest that did: STAN 000901 instead of 000900',
    ]);
  });

  test('nothing was asked, or too long ago to be remembered', () => {
    const made = ready({ rememberedMs: 1000 });
    expect(whyOf(receive(made, answerTo(purchase('000007')), 0))).toEqual([
      'unexpected: no request is waiting',
    ]);
    made.request(purchase('000007'), 'payment', 0);
    receive(made, answerTo(purchase('000007')), 10);
    expect(whyOf(receive(made, answerTo(purchase('000007')), 1011))).toEqual([
      'unexpected: no request is waiting',
    ]);
  });

  test('only so many ended requests are remembered', () => {
    const made = ready({ rememberedMax: 2 });
    for (const stan of ['000001', '000002', '000003']) {
      made.request(purchase(stan), stan, 0);
      receive(made, answerTo(purchase(stan)), 10);
    }
    const again = (stan: string) => whyOf(receive(made, answerTo(purchase(stan)), 20));
    expect(again('000003')).toEqual([expect.stringMatching(/^answered/)]);
    expect(again('000001')).toEqual([expect.stringMatching(/^unexpected/)]);
  });

  test('it is not genuine; and who waits is told of it in the end', () => {
    const made = ready({ isGenuine: ({ fields }) => fields[64] === 'RIGHT' });
    made.request(purchase('000007'), 'payment', 0);
    expect(whyOf(receive(made, answerTo(purchase('000007')), 10))).toEqual([
      'not-genuine: its MAC does not verify',
    ]);
    made.request(purchase('000008'), 'later', 20);
    const why = made
      .tick(20_000)
      .map((action) => action.kind === 'ended' && 'why' in action.end && action.end.why);
    expect(why).toEqual([
      'no answer within 15 s; one came that is not it: its MAC does not verify',
      'no answer within 15 s',
    ]);
  });
});

describe('the opening', () => {
  const OPENING = { opening: ['sign-on', 'key-exchange'] } as const;
  const ticketOf = (actions: readonly Action[]) => {
    const compose = actions.find(({ kind }) => kind === 'compose');
    if (compose?.kind !== 'compose') throw new Error('nothing to compose');
    return compose.ticket;
  };
  const sign = network('001', '000001');
  const keys = network('101', '000002');

  test('signs on, then exchanges keys, then lets out what waited', () => {
    const made = session(OPENING);
    expect(made.connected(0)).toEqual([]);
    const signOn = ticketOf(made.open(0));
    expect(made.state).toBe('signing-on');
    expect(made.request(purchase('000003'), 'payment', 1)).toEqual([]);
    expect(made.managed(signOn, sign, 'sign-on', 2)).toEqual([
      { kind: 'send', message: sign, owner: 'sign-on' },
    ]);
    const answered = receive(made, answerTo(sign), 3);
    expect(answered.map(({ kind }) => kind)).toEqual(['managed', 'compose']);
    expect(made.state).toBe('exchanging-keys');
    made.managed(ticketOf(answered), keys, 'keys', 4);
    expect(receive(made, answerTo(keys), 5).map(({ kind }) => kind)).toEqual(['managed', 'ready', 'send']);
    expect(made.state).toBe('ready');
  });

  test('that is refused, unanswered or cannot be made is told, and may be done again', () => {
    const made = session({ opening: ['sign-on'], responseTimeoutMs: 100 });
    made.connected(0);
    const notReady = (actions: readonly Action[]) =>
      actions.flatMap((action) => (action.kind === 'not-ready' ? [action.why] : []));
    made.managed(ticketOf(made.open(0)), sign, 'sign-on', 0);
    expect(notReady(receive(made, answerTo(sign, { 39: '58' }), 1))).toEqual([
      'the host refused the sign-on with 58',
    ]);
    expect(made.state).toBe('connected');
    made.managed(ticketOf(made.open(2)), network('001', '000005'), 'sign-on', 2);
    expect(notReady(made.tick(102))).toEqual(['sign-on: no answer within 0.1 s']);
    expect(notReady(made.notManaged(ticketOf(made.open(103)), 'the disk is full', 103))).toEqual([
      'sign-on: the disk is full',
    ]);
    made.managed(ticketOf(made.open(104)), network('001', '000006'), 'sign-on', 104);
    receive(made, answerTo(network('001', '000006')), 105);
    expect(made.state).toBe('ready');
  });

  test('ends with its connection, and a message made for it afterwards is let go', () => {
    const made = session({ opening: ['sign-on'] });
    made.connected(0);
    const ticket = ticketOf(made.open(0));
    made.request(purchase('000003'), 'payment', 1);
    expect(made.disconnected('gone', 2).map(({ kind }) => kind)).toEqual(['managed', 'ended', 'not-ready']);
    made.connected(3);
    expect(made.managed(ticket, sign, 'sign-on', 4)).toEqual([]);
    expect(made.state).toBe('connected');
  });

  test('new keys when asked for: requests wait meanwhile', () => {
    const made = ready();
    const ticket = ticketOf(made.exchangeKeys(0));
    expect(made.request(purchase('000003'), 'payment', 1)).toEqual([]);
    made.managed(ticket, keys, 'keys', 2);
    expect(receive(made, answerTo(keys), 3).map(({ kind }) => kind)).toEqual(['managed', 'ready', 'send']);
  });

  test('sign-off takes nothing new', () => {
    const made = ready();
    const ticket = ticketOf(made.signOff());
    expect(made.accepts()).toBe('not-ready');
    made.managed(ticket, network('002', '000009'), 'sign-off', 1);
    expect(receive(made, answerTo(network('002', '000009')), 2).map(({ kind }) => kind)).toEqual([
      'managed',
      'signed-off',
    ]);
  });
});

describe('a silent line', () => {
  test('gets an echo test after the last message in either direction, and one at a time', () => {
    const made = ready({ echoIntervalMs: 1000 });
    made.request(purchase('000001'), 'payment', 500);
    receive(made, answerTo(purchase('000001')), 700);
    expect(made.nextDeadlineMs).toBe(1700);
    expect(made.tick(1699)).toEqual([]);
    expect(made.tick(1700)).toEqual([{ kind: 'compose', ticket: { purpose: 'echo' } }]);
    expect(made.tick(5000)).toEqual([]);
  });

  test('that does not answer it is dropped; any answer is one', () => {
    const made = ready({ echoIntervalMs: 1000, responseTimeoutMs: 100 });
    const echo = (nowMs: number, stan: string) => {
      const [compose] = made.tick(nowMs);
      if (compose?.kind !== 'compose') throw new Error('no echo test');
      made.managed(compose.ticket, network('301', stan), 'echo', nowMs);
    };
    echo(1000, '000001');
    receive(made, answerTo(network('301', '000001'), { 39: '96' }), 1010);
    expect(made.state).toBe('ready');
    echo(2010, '000002');
    expect(made.tick(2110).at(-1)).toEqual({ kind: 'drop', why: 'echo test: no answer within 0.1 s' });
  });
});

describe('a request of the peer', () => {
  const asked = network('301', '000077');

  test('is handed on where the owner takes it', () => {
    expect(receive(ready({ takesRequests: true }), asked, 0)).toEqual([
      { kind: 'request', message: asked, bytes: NO_BYTES },
    ]);
    expect(whyOf(receive(ready(), asked, 0))).toEqual(['unexpected: no request is waiting']);
  });

  test('that came before is a repeat, with its answer once there is one', () => {
    const made = ready({ takesRequests: true, repeats: { windowMs: 1000, countMax: 2 } });
    receive(made, purchase('000001'), 0);
    const repeat = { ...purchase('000001'), mti: '0201' };
    const again = (nowMs: number) =>
      receive(made, repeat, nowMs).map(
        (action) => action.kind === 'repeat' && [action.answer, action.firstMsAgo],
      );
    expect(again(100)).toEqual([[null, 100]]);
    made.answered(purchase('000001'), 'approved');
    expect(again(200)).toEqual([['approved', 200]]);
    expect(again(1001)).toEqual([false]);
  });

  test('is forgotten when too many came after it', () => {
    const made = ready({ takesRequests: true, repeats: { countMax: 2 } });
    const kinds = ['000001', '000002', '000003', '000003', '000001'].flatMap((stan) =>
      receive(made, purchase(stan), 0).map(({ kind }) => kind),
    );
    expect(kinds).toEqual(['request', 'request', 'request', 'repeat', 'request']);
  });
});
