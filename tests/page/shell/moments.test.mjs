import {test} from 'node:test'
import assert from 'node:assert/strict'
import {readHash} from '../../../emulator/serve/page/web/hash.js'
import {wallGap} from '../../../emulator/serve/page/web/play.js'
import {duration, plain, recordWords} from '../../../emulator/serve/page/web/view/format.js'
import {Sieve, notable} from '../../../emulator/serve/page/web/view/sieve.js'
import {readProblem} from '../../../emulator/serve/page/web/source/problem.js'

test('a link says which moment and what is selected', () => {
  const h = readHash('#run=abc&seq=431&node=2&link=0%3E3')
  assert.equal(h.run, 'abc')
  assert.equal(h.seq, 431)
  assert.equal(h.selected.node, 2)
  assert.equal(h.selected.link, '0>3')
})

test('a link that makes no sense selects nothing', () => {
  const h = readHash('#seq=-1&node=x&link=javascript:1&index=1e9')
  assert.deepEqual([h.seq, h.selected.node, h.selected.link, h.selected.index], [null, null, null, null])
})

test('events of one instant are apart in time at slow speeds, and quiet times are short', () => {
  assert.equal(wallGap(0, 1), 0)
  assert.equal(wallGap(0, 0.1), 90)
  assert.equal(wallGap(50e6, 1), 50)
  assert.equal(wallGap(50e9, 1), 1200)
})

test('texts of clients are one short line without characters that act', () => {
  assert.equal(plain('a\u202eb\u0007'), 'a\\u202eb\\u0007')
  assert.equal(plain('<script>'), '<script>')
  const long = plain('x'.repeat(1000000), 10)
  assert.equal(long, 'xxxxxxxxxx… (1,000,000 characters)')
  assert.ok(!/[\ud800-\udbff]…/.test(plain('😀'.repeat(50), 9)), 'no half of a character')
})

test('a duration has the unit that reads best', () => {
  assert.deepEqual([500, 1.5e6, 150e6, 2.5e9, 75e9].map(duration), ['1 µs', '1.5 ms', '150 ms', '2.50 s', '75.0 s'])
})

test('a refusal is said in the words of the server', () => {
  assert.equal(readProblem(409, '{"title":"Wrong state","detail":"node 1 is down"}').message, 'node 1 is down')
  assert.equal(readProblem(422, '{"title":"Invalid","errors":[{"line":3,"key":"a","message":"is bad"}]}').message, 'line 3: a: is bad')
  assert.equal(readProblem(502, '').message, 'The server answered 502.')
})

const state = {role: 'Leader', term: 1}
const beat = {type: 'AppendEntriesRequest', from: 0, to: 1, term: 1, entries: []}
const records = /** @type {any[]} */ ([
  {seq: 5, event: 'BecomeLeader', node: 0, state},
  {seq: 6, event: 'AppendEntries', node: 0, state, message: beat},
  {seq: 7, event: 'HandleAppendEntriesRequest', node: 1, state, message: beat},
  {seq: 8, event: 'AppendEntries', node: 0, state, message: {...beat, entries: [{term: 1}]}},
  {seq: 9, event: 'DropMessage', node: 1, state, message: beat, fault: 'lossy'},
  {seq: 10, event: 'SetTimer', node: 1, timer: {kind: 'election', at_ns: 1e9}},
])

/** A history with these records only. @type {any} */
const history = {first: 5, last: 10, length: 6, record: (/** @type {number} */ seq) => records[seq - 5] ?? null}

/** @param {string} kind @param {number|null} node */
function seqs(kind, node) {
  const s = new Sieve(history, kind, node)
  s.update()
  return Array.from({length: s.length}, (_, i) => s.seq(i))
}

test('a list without heartbeats keeps what a fault did to one', () => {
  assert.deepEqual(seqs('changes', null), [5, 8, 9])
  assert.deepEqual(seqs('node', 1), [7, 9, 10])
  assert.deepEqual(seqs('main', null), [5])
  assert.deepEqual(seqs('all', null), [5, 6, 7, 8, 9, 10])
})

test('the row of a moment is that of the last event until then', () => {
  const s = new Sieve(history, 'changes', null)
  s.update()
  assert.deepEqual([4, 5, 7, 8, 10].map((seq) => s.placeOf(seq)), [-1, 0, 0, 1, 2])
})

test('the newest notable event is none of a heartbeat', () => {
  assert.equal(notable(history, 7)?.seq, 5)
  assert.equal(notable(history, 10)?.seq, 9)
})

test('a record is put into a few words', () => {
  assert.equal(recordWords(records[4]), '0 → 1: heartbeat (lossy)')
  assert.equal(recordWords(records[5]), 'election timer at 1.000 s')
})
