/**
 * What each kind of record does to the model, beside the state of its node, which the
 * record has itself.
 *
 * @module
 */

import {change} from './changes.js'
import {deduced} from './figure2.js'

/** @typedef {import('./cluster.js').Cluster} Cluster */
/** @typedef {import('./types.js').Node} Node */
/** @typedef {import('./types.js').TraceRecord} TraceRecord */

/**
 * Changes the cluster, and returns the record's node, changed or not.
 * @typedef {(cluster: Cluster, record: TraceRecord, node: Node) => Node} Handler
 */

/** @type {Handler} */
const nothing = (_, __, node) => node

/** @type {Handler} */
function sent(cluster, {message, fault, time_ns}, node) {
  if (message) cluster.messages.send(message, time_ns, fault ?? '')
  return node
}

/** The answer to a message from outside does not go through the network. @type {Handler} */
function replied(cluster, record, node) {
  return record.cause === cluster.answering ? node : sent(cluster, record, node)
}

/** @type {Handler} */
function fromOutside(cluster, {message, time_ns}, node) {
  if (message && node.up) cluster.messages.send(message, time_ns, '', true)
  return node
}

/** @type {Handler} */
function gone(cluster, {message, fault}, node) {
  if (message) cluster.messages.end(message.id, fault)
  return node
}

/** @type {Handler} */
function arrived(cluster, {seq, message}, node) {
  if (message === undefined) return node
  const copies = cluster.messages.get(message.id)
  if (copies !== undefined && copies[0].outside) cluster.answering = seq
  cluster.messages.end(message.id)
  return node
}

/** @type {Handler} */
function entriesArrived(cluster, record, node) {
  arrived(cluster, record, node)
  const {message, state, kept} = record
  if (message === undefined || state === undefined) return node
  const entries = message.entries ?? []
  if (kept !== undefined) return {...node, log: node.log.replace(kept, entries, entries.length - (state.last_index - kept))}
  if (cluster.format >= 3) return node
  const {log, exact} = deduced(node, message, state)
  return log === node.log && exact ? node : {...node, log, approximate: node.approximate || !exact}
}

/** @type {Handler} */
function entriesAnswered(cluster, record, node) {
  arrived(cluster, record, node)
  const {message, progress} = record
  if (message === undefined || progress === undefined) return node
  const next = (node.next ?? []).slice()
  const match = (node.match ?? []).slice()
  next[message.from] = progress.next
  match[message.from] = progress.match
  return {...node, next, match}
}

/** @type {Handler} */
function voteAnswered(cluster, record, node) {
  arrived(cluster, record, node)
  const {message, counted, state} = record
  if (message === undefined || state === undefined) return node
  const counts = cluster.format >= 3 ? counted === true
    : message.vote_granted === true && state.role === 'Candidate' && message.term === state.term
  return counts ? withVote(node, message.from) : node
}

/** @param {Node} node @param {number} voter @returns {Node} */
function withVote(node, voter) {
  const votes = node.votes ?? []
  return votes.includes(voter) ? node : {...node, votes: [...votes, voter].sort((a, b) => a - b)}
}

/** @type {Record<string, Handler>} */
export const handlers = {
  Init: nothing,
  Restart: (_, __, node) => node.up ? node : {...node, up: true},
  Timeout: (cluster, {counted}, node) => ({...node, votes: counted || cluster.format < 3 ? [node.id] : []}),
  BecomeLeader: (_, {next_index: next, match_index: match}, node) => ({...node, next: next ?? null, match: match ?? null}),
  AdvanceCommitIndex: nothing,
  UpdateTerm: nothing,

  RequestVote: sent,
  AppendEntries: sent,
  Reply: replied,
  ResumeMessage: sent,
  RPC: fromOutside,
  DuplicateMessage: (cluster, {message, time_ns}, node) => {
    if (message) cluster.messages.send(message, time_ns)
    return node
  },
  DropMessage: gone,
  HoldMessage: (cluster, {message, fault}, node) => {
    if (message) cluster.messages.hold(message.id, '', fault ?? '')
    return node
  },
  ReleaseMessage: (cluster, {message, fault}, node) => {
    if (message) cluster.messages.hold(message.id, fault ?? '', '')
    return node
  },
  DropStaleResponse: arrived,
  HandleRequestVoteRequest: arrived,
  HandleRequestVoteResponse: voteAnswered,
  HandleAppendEntriesRequest: entriesArrived,
  HandleAppendEntriesResponse: entriesAnswered,

  ClientRequest: (cluster, record, node) => {
    cluster.calls.take(record)
    const {index = node.log.last + 1, state, request} = record
    const entry = {term: state ? state.term : node.term, op: null, ...request?.command}
    return {...node, log: node.log.keep(index - 1).put(entry)}
  },
  Apply: (_, {index = 0, again}, node) => {
    let {queue} = node
    for (let i = node.applied + 1; i <= index && i <= node.log.last; i++) {
      const entry = node.log.at(i)
      queue = queue.apply(entry)
      if (again !== undefined && again.includes(i)) queue = queue.apply(entry)
    }
    return {...node, queue, applied: Math.max(node.applied, index)}
  },
  Persist: (cluster, {index = 0, stored, state, counted}, node) => {
    cluster.sawWrite()
    if (stored === undefined || state === undefined) return node
    const {term, voted_for: votedFor} = stored
    const all = term === state.term && votedFor === state.voted_for && index === node.log.last
    const next = {...node, stored: all ? null : {term, votedFor, index}}
    return counted ? withVote(next, node.id) : next
  },
  SetTimer: (_, {timer}, node) => ({...node, timer: timer ? {kind: timer.kind, at: timer.at_ns} : null}),

  Request: (cluster, record, node) => {
    cluster.calls.ask(record)
    return node
  },
  Response: (cluster, record, node) => {
    cluster.calls.answer(record)
    return record.unlogged ? {...node, queue: node.queue.apply(record.unlogged)} : node
  },
  Nemesis: (cluster, record, node) => change(cluster, record, node) ?? node,
}

/** @param {Cluster} cluster @param {TraceRecord} record */
export function ofWholeCluster(cluster, record) {
  if (record.event === 'Nemesis') change(cluster, record, null)
  else if (record.event === 'RuleEnded') cluster.setRules(cluster.rules.filter((r) => r.name !== record.fault))
}
