/**
 * A node of the cluster. Node objects never change: whoever changes a node makes another
 * one, so that two moments show what changed by comparing.
 *
 * @module
 */

import {Log} from './log.js'
import {Queue} from './queue.js'

/** @typedef {import('./types.js').Node} Node */
/** @typedef {import('./types.js').PlainNode} PlainNode */
/** @typedef {import('./types.js').State} State */
/** @typedef {import('./types.js').TraceRecord} TraceRecord */

/** @type {(keyof Node)[]} */
const FIELDS = [
  'up', 'paused', 'role', 'term', 'votedFor', 'leader', 'commit', 'applied', 'log', 'next',
  'match', 'votes', 'timer', 'skew', 'bug', 'queue', 'stored',
]

/**
 * A node that knows nothing.
 * @param {number} id
 * @returns {Node}
 */
export function newNode(id) {
  return {
    id, up: true, paused: false, role: 'Follower', term: 0, votedFor: null, leader: null,
    commit: 0, applied: 0, log: Log.of(), next: null, match: null, votes: null, timer: null,
    skew: 1, bug: '', queue: new Queue(), stored: null, approximate: false,
  }
}

/**
 * A node whose start is in no record that we have: all that we know is its state. Its log
 * has entries without operations, all of its last term.
 * @param {number} id
 * @param {State|undefined} state
 */
export function unknownNode(id, state) {
  const node = newNode(id)
  node.approximate = true
  if (state === undefined) return node
  node.applied = state.last_applied
  const entry = {term: state.last_term, op: null}
  node.log = Log.of(Array.from({length: state.last_index}, () => entry))
  return withState(node, state)
}

/**
 * The node at its start.
 * @param {TraceRecord} record of kind Init
 * @returns {Node}
 */
export function firstNode(record) {
  const node = newNode(record.node ?? 0)
  const {init, state, timer} = record
  if (init === undefined || state === undefined) return node
  node.log = Log.of(init.log)
  node.up = init.up
  node.paused = init.paused ?? false
  node.skew = init.skew ?? 1
  node.bug = init.bug ?? ''
  node.timer = timer ? {kind: timer.kind, at: timer.at_ns} : null
  Object.assign(node, withState(node, state))
  node.applied = state.last_applied
  for (let i = 1; i <= node.applied && i <= node.log.last; i++) node.queue = node.queue.apply(node.log.at(i))
  if (node.role === 'Candidate') node.votes = init.votes?.slice().sort((a, b) => a - b) ?? [node.id]
  if (node.role === 'Leader') {
    node.next = init.next_index ?? null
    node.match = init.match_index ?? null
  }
  if (init.stored && init.writes && init.writes.length > 0) {
    const {kept, removed} = init.writes[0]
    node.stored = {term: init.stored.term, votedFor: init.stored.voted_for, index: kept + removed.length}
  }
  return node
}

/**
 * A leader with next and match for all nodes. At the start, places that no record gives
 * are those of a leader that was just elected.
 * @param {Node} node
 * @param {number} nodes the number of nodes, as far as it is known
 * @returns {Node}
 */
export function withProgress(node, nodes) {
  if (node.role !== 'Leader') return node
  const filled = (/** @type {(number|null)[]|null} */ list, /** @type {number} */ value) =>
    Array.from({length: Math.max(nodes, list ? list.length : 0)}, (_, j) => list && j < list.length ? list[j] : value)
  return {...node, next: filled(node.next, node.log.last + 1), match: filled(node.match, 0)}
}

/**
 * The node with a record's state. What only candidates or only leaders have ends with the
 * role.
 * @param {Node} node
 * @param {State} s
 * @returns {Node}
 */
export function withState(node, s) {
  if (node.role === s.role && node.term === s.term && node.commit === s.commit_index &&
    node.votedFor === s.voted_for && node.leader === s.leader) return node
  return {
    ...node, role: s.role, term: s.term, votedFor: s.voted_for, leader: s.leader, commit: s.commit_index,
    votes: s.role === 'Candidate' ? node.votes : null,
    next: s.role === 'Leader' ? node.next : null,
    match: s.role === 'Leader' ? node.match : null,
  }
}

/**
 * The names of the fields that differ.
 * @param {Node|undefined} before
 * @param {Node} after
 * @returns {string[]}
 */
export function differences(before, after) {
  if (before === undefined) return FIELDS.slice()
  return before === after ? [] : FIELDS.filter((f) => !same(before[f], after[f]))
}

/**
 * @param {unknown} a
 * @param {unknown} b
 */
function same(a, b) {
  if (a === b) return true
  if (a === null || b === null || typeof a !== 'object' || a instanceof Log || a instanceof Queue) return false
  return JSON.stringify(a) === JSON.stringify(b)
}

/**
 * @param {Node} n
 * @returns {PlainNode}
 */
export function plainNode(n) {
  const others = (/** @type {(number|null)[]|null} */ list) => list && list.map((v, j) => j === n.id ? null : v)
  return {
    id: n.id, up: n.up, paused: n.paused, role: n.role, term: n.term, voted_for: n.votedFor, leader: n.leader,
    commit_index: n.commit, last_applied: n.applied, log: n.log.slice(),
    next_index: others(n.next), match_index: others(n.match), votes: n.votes && n.votes.slice(),
    timer: n.timer && {kind: n.timer.kind, at_ns: n.timer.at}, skew: n.skew, bug: n.bug, queue: n.queue.plain(),
  }
}

/**
 * @param {PlainNode} p
 * @returns {Node}
 */
export function nodeFrom(p) {
  return {
    ...newNode(p.id), up: p.up, paused: p.paused, role: p.role, term: p.term, votedFor: p.voted_for,
    leader: p.leader, commit: p.commit_index, applied: p.last_applied, log: Log.of(p.log),
    next: p.next_index, match: p.match_index, votes: p.votes,
    timer: p.timer && {kind: p.timer.kind, at: p.timer.at_ns}, skew: p.skew, bug: p.bug, queue: Queue.from(p.queue),
  }
}
