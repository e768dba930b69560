/**
 * The records of a made-up cluster at work, to measure with: a leader of five nodes takes
 * requests, and now and then a follower crashes.
 *
 * @module
 */

import {Trace, state} from './trace.mjs'

const NODES = 5

/**
 * @param {number} length at least this many records
 */
export function workload(length) {
  const trace = new Trace()
  let last = 0
  const now = (/** @type {number} */ node, rest = {}) => state({
    role: node === 0 ? 'Leader' : 'Follower', voted_for: 0, leader: 0, commit_index: last, last_applied: last, last_index: last, last_term: last && 1, ...rest,
  })
  for (let node = 0; node < NODES; node++) trace.add('Init', node, {state: now(node), init: {up: true, log: []}})
  while (trace.seq < length) {
    const id = `${String(trace.seq).padStart(8, '0')}-0000-4000-8000-000000000000`
    const command = /** @type {import('../../../emulator/serve/page/web/model/types.js').Command[]} */ ([
      {op: 'put_topic', topic: `dog ${last % 50}`},
      {op: 'put_message', topic: `dog ${last % 50}`, message: `message ${last} of somebody`},
      {op: 'get_message', topic: `dog ${last % 37}`},
    ])[last % 3]
    trace.add('Request', 0, {request: {id, command}, state: now(0)})
    trace.add('ClientRequest', 0, {index: last + 1, request: {id, command}, state: now(0, {last_index: last + 1, last_term: 1})})
    const sent = []
    for (let to = 1; to < NODES; to++) {
      const rest = {prev_log_index: last, prev_log_term: last && 1, entries: [{term: 1, ...command}], leader_commit: last}
      sent.push(structuredClone(trace.send('AppendEntries', 0, to, rest).message))
    }
    last++
    for (const message of sent) follow(trace, message, last, now)
    trace.add('AdvanceCommitIndex', 0, {state: now(0)})
    for (let node = 0; node < NODES; node++) trace.add('Apply', node, {index: last, state: now(node)})
    trace.add('Response', 0, {index: last, response: {id, ok: true}, state: now(0)})
    trace.add('SetTimer', 0, {timer: {kind: 'heartbeat', at_ns: trace.seq * 1e6 + 5e7}, state: now(0)})
  }
  return trace.records
}

/**
 * A follower gets an entry and answers.
 * @param {Trace} trace
 * @param {any} message
 * @param {number} last
 * @param {(node: number, rest?: object) => import('../../../emulator/serve/page/web/model/types.js').State} now
 */
function follow(trace, message, last, now) {
  const {to} = message
  trace.add('HandleAppendEntriesRequest', to, {message, kept: last - 1, state: now(to)})
  const answer = /** @type {any} */ ({id: trace.seq + 1, type: 'AppendEntriesResponse', from: to, to: 0, term: 1, success: true, match_index: last})
  trace.add('Reply', to, {message: answer, state: now(to)})
  trace.add('SetTimer', to, {timer: {kind: 'election', at_ns: trace.seq * 1e6 + 2e8}, state: now(to)})
  trace.add('HandleAppendEntriesResponse', 0, {message: structuredClone(answer), progress: {next: last + 1, match: last}, state: now(0)})
}
