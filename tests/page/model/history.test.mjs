import assert from 'node:assert/strict'
import {test} from 'node:test'
import {Calls} from '../../../emulator/serve/page/web/model/calls.js'
import {Cluster} from '../../../emulator/serve/page/web/model/cluster.js'
import {History} from '../../../emulator/serve/page/web/model/history.js'
import {random} from './random.mjs'
import {entries, state, Trace} from './trace.mjs'

/** A trace in which followers get and lose entries, and messages stay on their way. */
function busy(length = 3000, draw = random(3)) {
  const trace = new Trace().begin()
  const last = [0, 0, 0]
  /** @type {any[]} */
  const underway = []
  while (trace.seq < length) {
    const to = Math.floor(draw() * 3)
    const kept = Math.floor(draw() * (last[to] + 1))
    if (draw() < 0.5 || underway.length === 0) {
      underway.push({to, message: trace.send('AppendEntries', (to + 1) % 3, to, {entries: entries(1, 2)}).message})
      continue
    }
    const [{message}] = underway.splice(Math.floor(draw() * underway.length), 1)
    const node = message.to
    const keep = Math.min(Math.max(kept, last[node] - 1), last[node])
    last[node] = keep + 2
    trace.add('HandleAppendEntriesRequest', node, {message, kept: keep, state: state({term: 1 + Math.floor(trace.seq / 500), last_index: keep + 2})})
  }
  return trace.records
}

/**
 * @param {import('../../../emulator/serve/page/web/model/types.js').TraceRecord[]} records
 * @param {number} seq
 */
function straight(records, seq) {
  const cluster = Cluster.begin()
  for (const record of records) if (record.seq <= seq) cluster.advance(record)
  return cluster.plain()
}

test('at gives the cluster after any record, in any order of asking', () => {
  const records = busy()
  const history = new History()
  const draw = random(4)
  for (const record of records) {
    history.push(structuredClone(record))
    if (draw() < 0.01) history.at(Math.floor(draw() * record.seq))
  }
  for (let k = 0; k < 60; k++) {
    const seq = Math.floor(draw() * (records.length + 1))
    assert.deepEqual(history.at(seq).plain(), straight(records, seq))
    assert.equal(history.at(seq), history.at(seq), 'it is remembered')
  }
  assert.deepEqual(history.at(1e9).plain(), straight(records, 1e9))
  assert.equal(history.at(-5).nodes.length, 0)
})

test('records that are dropped at the old end leave the model right', () => {
  const records = busy()
  const history = new History({keep: 700})
  for (const record of records) history.push(structuredClone(record))
  assert.ok(history.length >= 700 && history.length <= 700 + 512, `${history.length} are kept`)
  assert.equal(history.record(history.first - 1), null)
  assert.equal(history.record(history.first)?.seq, history.first)
  for (const seq of [history.first - 1, history.first, history.last - 300, history.last]) {
    assert.deepEqual(history.at(seq).plain(), straight(records, seq))
  }
  assert.ok(history.marks.terms.every((span) => span.to === null || span.to > history.first))
})

test('a history from a whole state goes on from there', () => {
  const records = busy()
  const history = new History()
  for (const record of records) history.push(structuredClone(record))
  const other = History.from(JSON.parse(JSON.stringify(history.at(1234).whole())))
  assert.deepEqual([other.first, other.last, other.length], [1235, 1234, 0])
  for (const record of records.slice(1234)) other.push(structuredClone(record))
  assert.deepEqual(other.at(1234).plain(), straight(records, 1234))
  assert.deepEqual(other.at(2500).plain(), straight(records, 2500))
})

test('a record comes once and in order', () => {
  const history = new History()
  const trace = new Trace(5).begin()
  assert.equal(history.push(trace.records[0]), true)
  assert.equal(history.push(trace.records[0]), false)
  assert.throws(() => history.push(trace.records[2]), /records 6 to 6 are missing/)
  assert.deepEqual([history.first, history.last], [5, 5])
})

test('all records of a message share one object', () => {
  const trace = new Trace().begin()
  const {message} = trace.send('AppendEntries', 0, 1, {entries: entries(1)})
  trace.add('HandleAppendEntriesRequest', 1, {message: structuredClone(message), kept: 0, state: state({last_index: 1})})
  const history = new History()
  for (const record of trace.records) history.push(record)
  assert.equal(history.record(5)?.message, history.record(4)?.message)
  assert.deepEqual(history.endsOf(4), [5])
})

test('nextOf and previousOf find records by node, event, message and call', () => {
  const trace = new Trace().begin()
  const history = new History()
  trace.send('RequestVote', 0, 1)
  trace.add('Request', 2, {request: {id: 'a', command: null}, state: state()})
  trace.add('Response', 2, {response: {id: 'a', ok: true}, state: state()})
  for (const record of trace.records) history.push(record)
  assert.equal(history.nextOf(0, {node: 1})?.seq, 2)
  assert.equal(history.nextOf(2, {event: ['RequestVote', 'Response']})?.seq, 4)
  assert.equal(history.nextOf(0, {message: 4})?.seq, 4)
  assert.equal(history.previousOf(6, {call: 'a'})?.seq, 5)
  assert.equal(history.previousOf(6, (r) => r.event === 'Init')?.seq, 3)
  assert.equal(history.nextOf(6, {}), null)
  assert.deepEqual([0, 3.5e6, 6e6, 9e9].map((time) => history.seqAt(time)), [0, 3, 6, 6])
})

test('marks have terms with their leaders, elections, and faults while they last', () => {
  const trace = new Trace().begin()
  trace.add('Timeout', 0, {counted: true, state: state({role: 'Candidate', term: 2})})
  trace.add('BecomeLeader', 0, {state: state({role: 'Leader', term: 2, leader: 0}), next_index: [1, 1, 1], match_index: [0, 0, 0]})
  trace.add('Nemesis', 0, {change: {op: 'crash', node: 0}, state: state({term: 2})})
  trace.add('Restart', 0, {state: state({term: 2})})
  const history = new History()
  for (const record of trace.records) history.push(record)
  const {terms, elections, faults} = history.marks
  assert.deepEqual(terms.map(({term, leader, from, to}) => [term, leader, from, to]), [[1, null, 1, 4], [2, null, 4, 5], [2, 0, 5, 6], [2, null, 6, null]])
  assert.deepEqual(elections.map(({seq, won}) => [seq, won]), [[4, false], [5, true]])
  assert.deepEqual(faults.map(({kind, node, from, to}) => [kind, node, from, to]), [['crash', 0, 6, 7]])
})

test('a call ends with an outcome', () => {
  const calls = new Calls()
  const trace = new Trace()
  const ask = (/** @type {string} */ id) => calls.ask(trace.add('Request', 0, {request: {id, command: null}}))
  const take = (/** @type {string} */ id) => calls.take(trace.add('ClientRequest', 0, {index: 7, request: {id, command: null}}))
  const answer = (/** @type {string} */ id, /** @type {object} */ rest) => calls.answer(trace.add('Response', 0, {response: {id, ok: false, ...rest}}))
  for (const id of ['done', 'refused', 'lost', 'cut', 'never', 'waits']) ask(id)
  for (const id of ['done', 'lost', 'cut']) take(id)
  const copy = calls.copy()
  answer('done', {})
  answer('refused', {error: 'not_leader'})
  answer('lost', {error: 'leadership_lost'})
  answer('cut', {error: 'node_down'})
  answer('never', {error: 'node_down'})
  assert.deepEqual(calls.list().map((c) => [c.id, c.outcome]), [
    ['done', 'ok'], ['refused', 'fail'], ['lost', 'unknown'], ['cut', 'unknown'], ['never', 'fail'], ['waits', ''],
  ])
  assert.deepEqual([calls.open, copy.open, copy.find('done')?.index, copy.find('done')?.outcome], [1, 6, 7, ''])
})

test('of the ended calls only the newest are kept', () => {
  const calls = new Calls()
  const trace = new Trace()
  for (let i = 0; i < 10_000; i++) {
    calls.ask(trace.add('Request', 0, {request: {id: `${i}`, command: null}}))
    calls.answer(trace.add('Response', 0, {response: {id: `${i}`, ok: true}}))
  }
  assert.ok(calls.ended.length >= 4096 && calls.ended.length < 4096 + 32)
  assert.equal(calls.ended.length + calls.forgotten, 10_000)
})
