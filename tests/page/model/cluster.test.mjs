import assert from 'node:assert/strict'
import {test} from 'node:test'
import {Cluster} from '../../../emulator/serve/page/web/model/cluster.js'
import {doomed} from '../../../emulator/serve/page/web/model/doom.js'
import {firstDifference} from './states.mjs'
import {entries, state, Trace} from './trace.mjs'

/** @typedef {import('../../../emulator/serve/page/web/model/types.js').Change} Change */
/** @typedef {import('../../../emulator/serve/page/web/model/types.js').Entry} Entry */

/** @param {Trace} trace */
function after(trace, cluster = Cluster.begin()) {
  for (const record of trace.records) if (record.seq > cluster.seq) cluster.advance(record)
  return cluster
}

/**
 * @param {Trace} trace
 * @param {number|null} node
 * @param {Change} change
 */
const nemesis = (trace, node, change) => trace.add('Nemesis', node, {change, ...node === null ? {} : {state: state()}})

test('a message is on its way from its sending to its arrival', () => {
  const trace = new Trace().begin()
  const {seq: id, message} = trace.send('RequestVote', 0, 1)
  const sent = after(trace)
  assert.deepEqual(sent.plain().messages, [id])
  trace.add('UpdateTerm', 1, {message, state: state({term: 2})})
  assert.deepEqual(after(trace, sent.copy()).plain().messages, [id], 'UpdateTerm takes nothing away')
  trace.add('HandleRequestVoteRequest', 1, {message, state: state({term: 2})})
  assert.deepEqual(after(trace, sent.copy()).plain().messages, [])
  assert.deepEqual(sent.plain().messages, [id], 'the copy went its own way')
})

test('each copy of a duplicated message arrives by itself', () => {
  const trace = new Trace().begin()
  const {seq: id, message} = trace.send('RequestVote', 0, 1)
  trace.add('DuplicateMessage', 1, {message, fault: 'twice', state: state()})
  assert.deepEqual(after(trace).plain().messages, [id, id])
  trace.add('DropStaleResponse', 1, {message, state: state()})
  assert.deepEqual(after(trace).plain().messages, [id])
  trace.add('DropMessage', 1, {message, reason: 'crash', state: state()})
  assert.deepEqual(after(trace).plain().messages, [])
})

test('a held message waits for its rule, and is lost or goes on', () => {
  const trace = new Trace().begin()
  const one = trace.send('AppendEntries', 0, 1)
  trace.add('HoldMessage', 1, {message: one.message, fault: 'slow', state: state()})
  const two = trace.send('AppendEntries', 0, 1)
  trace.add('HoldMessage', 1, {message: two.message, fault: 'slow', state: state()})
  assert.deepEqual(after(trace).plain().held, [one.seq, two.seq])
  trace.add('DropMessage', 1, {message: one.message, fault: 'slow', state: state()})
  trace.add('ReleaseMessage', 1, {message: two.message, fault: 'slow', state: state()})
  const {held, messages} = after(trace).plain()
  assert.deepEqual({held, messages}, {held: [], messages: [two.seq]})
})

test('the answer to a message from outside is not in the network', () => {
  const trace = new Trace().begin()
  const message = /** @type {any} */ ({id: trace.seq + 1, type: 'RequestVoteRequest', from: 0, to: 1, term: 1})
  trace.add('RPC', 1, {message, state: state()})
  assert.equal(after(trace).messages.size, 1)
  const handle = trace.add('HandleRequestVoteRequest', 1, {message, state: state()})
  trace.add('Reply', 1, {cause: handle.seq, state: state(), message: {...message, id: trace.seq + 1, type: 'RequestVoteResponse', from: 1, to: 0}})
  assert.equal(after(trace).messages.size, 0)
})

test('a crash loses memory and unfinished writes, and brings removed entries back', () => {
  const trace = new Trace().begin(entries(1, 1, 2))
  trace.add('SetTimer', 0, {state: state(), timer: {kind: 'election', at_ns: 9e9}})
  trace.add('Apply', 0, {index: 2, state: state()})
  nemesis(trace, 0, {op: 'pause', node: 0})
  const crash = nemesis(trace, 0, {op: 'crash', node: 0})
  crash.log = {kept: 1, entries: entries(3)}
  const node = after(trace).nodes[0]
  assert.deepEqual([node.up, node.paused, node.timer, node.applied, node.queue.length], [false, false, null, 0, 0])
  assert.deepEqual(node.log.slice().map((e) => e.term), [1, 3])
})

test('partition replaces all cuts, isolate adds some, and heal ends them with the rules', () => {
  const trace = new Trace().begin()
  nemesis(trace, null, {op: 'partition', links: [[0, 1]]})
  nemesis(trace, 2, {op: 'isolate', node: 2})
  assert.deepEqual(after(trace).plain().cuts, [[0, 1], [0, 2], [1, 2], [2, 0], [2, 1]])
  nemesis(trace, null, {op: 'set_fault', fault: {name: 'slow', hold: true}})
  nemesis(trace, null, {op: 'set_fault', fault: {name: 'lossy', drop: true}})
  nemesis(trace, null, {op: 'set_fault', fault: {name: 'slow', throttle: 1}})
  assert.deepEqual(after(trace).rules, [{name: 'slow', throttle: 1}, {name: 'lossy', drop: true}])
  trace.add('RuleEnded', null, {fault: 'slow'})
  nemesis(trace, 2, {op: 'heal_node', node: 2})
  const partly = after(trace)
  assert.deepEqual([partly.plain().cuts, partly.plain().rules], [[[0, 1]], ['lossy']])
  nemesis(trace, null, {op: 'heal'})
  assert.deepEqual([after(trace).cuts.size, after(trace).rules.length], [0, 0])
})

test('entries that a bug applies twice are applied twice at their places', () => {
  /** @type {Entry[]} */
  const log = [{term: 1, op: 'put_topic', topic: 'dog'}, {term: 1, op: 'put_message', topic: 'dog', message: 'wuff'}, {term: 1, op: 'get_message', topic: 'dog'}]
  const trace = new Trace().begin(log)
  trace.add('Apply', 0, {index: 3, again: [2], state: state()})
  assert.deepEqual(after(trace).nodes[0].queue.plain(), [{name: 'dog', values: ['wuff']}])
})

test('an operation that a bug applies without the log changes the queue', () => {
  /** @type {Entry[]} */
  const log = [{term: 1, op: 'put_topic', topic: 'dog'}, {term: 1, op: 'put_message', topic: 'dog', message: 'wuff'}]
  const trace = new Trace().begin(log)
  trace.add('Apply', 0, {index: 2, state: state()})
  trace.add('Response', 0, {response: {id: 'a', ok: true}, unlogged: {op: 'get_message', topic: 'dog'}, state: state()})
  assert.deepEqual(after(trace).nodes[0].queue.plain(), [{name: 'dog', values: []}])
})

test('while writes take time, stored is what a crash would leave', () => {
  const trace = new Trace().begin(entries(1))
  nemesis(trace, null, {op: 'set_fault', fault: {name: 'slow', slow_disk_ms: [5, 5]}})
  trace.add('UpdateTerm', 0, {state: state({term: 4})})
  assert.deepEqual(after(trace).nodes[0].stored, {term: 1, votedFor: null, index: 1})
  trace.add('Persist', 0, {index: 1, stored: {term: 4, voted_for: null}, state: state({term: 4})})
  assert.equal(after(trace).nodes[0].stored, null)
})

test('apply says which fields changed, and what became of the log', () => {
  const trace = new Trace().begin(entries(1, 1, 2))
  const cluster = after(trace)
  const message = /** @type {any} */ ({id: 9, type: 'AppendEntriesRequest', from: 1, to: 0, term: 3, prev_log_index: 1, prev_log_term: 1, entries: entries(3)})
  const changed = cluster.apply(trace.add('HandleAppendEntriesRequest', 0, {message, kept: 1, state: state({term: 3, leader: 1, last_index: 2, last_term: 3})}))
  assert.deepEqual([...changed.nodes], [[0, ['term', 'leader', 'log']]])
  assert.deepEqual(changed.log, {node: 0, kept: 1, removed: 2, appended: 1})
  assert.deepEqual([changed.cuts, changed.rules, changed.calls], [false, false, false])
})

test('an older trace shows the log of Figure 2, and says where only a bug explains it', () => {
  const trace = new Trace().begin(entries(1, 1, 2))
  const message = /** @type {any} */ ({id: 9, type: 'AppendEntriesRequest', from: 1, to: 0, term: 3, prev_log_index: 1, prev_log_term: 1, entries: entries(3)})
  const good = trace.add('HandleAppendEntriesRequest', 0, {message, state: state({term: 3, last_index: 2, last_term: 3})})
  const cluster = after(trace, Cluster.begin({format: 2}))
  assert.deepEqual(cluster.nodes[0].log.slice().map((e) => e.term), [1, 3])
  assert.equal(cluster.nodes[0].approximate, false)
  good.state = state({term: 3, last_index: 4, last_term: 3}) // it appended without comparing
  const wrong = after(trace, Cluster.begin({format: 2}))
  assert.deepEqual(wrong.nodes[0].log.slice().map((e) => e.term), [1, 1, 2, 3])
  assert.equal(wrong.nodes[0].approximate, true)
})

test('a trace without its beginning shows the nodes as far as their states tell', () => {
  const trace = new Trace(70_001)
  trace.add('SetTimer', 1, {state: state({role: 'Leader', term: 7, leader: 1, commit_index: 3, last_applied: 3, last_index: 4, last_term: 6}), timer: {kind: 'heartbeat', at_ns: 1}})
  const {nodes} = after(trace)
  assert.deepEqual([nodes.length, nodes[1].log.last, nodes[1].log.lastTerm, nodes[1].approximate, nodes[1].commit], [2, 4, 6, true, 3])
})

test('a whole state goes on like the cluster that it describes', () => {
  const trace = new Trace().begin(entries(1, 1))
  const {message} = trace.send('AppendEntries', 0, 1)
  nemesis(trace, null, {op: 'set_fault', fault: {name: 'slow', hold: true}})
  trace.add('HoldMessage', 1, {message, fault: 'slow', state: state()})
  const cluster = after(trace)
  const other = Cluster.from(JSON.parse(JSON.stringify(cluster.whole())))
  assert.equal(firstDifference(cluster.plain(), other.plain()), null)
  assert.deepEqual([other.seq, other.time], [cluster.seq, cluster.time])
  trace.add('ReleaseMessage', 1, {message, fault: 'slow', state: state()})
  assert.equal(firstDifference(after(trace).plain(), after(trace, other).plain()), null)
})

test('doomed are the entries that a message on its way removes', () => {
  const trace = new Trace().begin([], entries(1, 1, 2, 2))
  const about = {term: 3, prev_log_index: 2, prev_log_term: 1, entries: entries(3)}
  const {seq: id} = trace.send('AppendEntries', 0, 1, about)
  trace.send('AppendEntries', 0, 1, {...about, prev_log_term: 9}) // is refused
  trace.send('AppendEntries', 0, 1, {...about, prev_log_index: 4, prev_log_term: 2}) // only appends
  assert.deepEqual(doomed(after(trace)), [{id, node: 1, first: 3, last: 4, committed: false}])
  nemesis(trace, null, {op: 'partition', links: [[0, 1]]})
  assert.deepEqual(doomed(after(trace)), [], 'it cannot arrive')
})

test('a difference names the field and both values', () => {
  assert.deepEqual(firstDifference({a: [{b: 1}], c: null}, {a: [{b: 2}], c: null}), {field: 'a[0].b', want: 1, got: 2})
  assert.deepEqual(firstDifference({a: []}, {a: [1]}), {field: 'a[0]', want: undefined, got: 1})
  assert.deepEqual(firstDifference({a: null}, {a: []}), {field: 'a', want: null, got: []})
  assert.equal(firstDifference({a: [1, {b: null}]}, {a: [1, {b: null}]}), null)
})
