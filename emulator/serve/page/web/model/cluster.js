/**
 * The cluster as the records of its trace tell it.
 *
 *     const cluster = Cluster.begin(header)
 *     for (const record of records) cluster.apply(record)
 *
 * A Cluster takes every record in order from the first one on, and is then in the state
 * that the cluster had after the event. copy costs little and gives a Cluster that goes its
 * own way. Nodes, logs, queues, cuts, rules and flights are never changed in place: another
 * object takes the place of one that changed.
 *
 * @module
 */

import {Calls} from './calls.js'
import {handlers, ofWholeCluster} from './events.js'
import {Flights} from './flights.js'
import {differences, firstNode, newNode, nodeFrom, plainNode, unknownNode, withProgress, withState} from './node.js'
import {linkName} from './changes.js'

/** @typedef {import('./types.js').Changed} Changed */
/** @typedef {import('./types.js').Header} Header */
/** @typedef {import('./types.js').Node} Node */
/** @typedef {import('./types.js').Plain} Plain */
/** @typedef {import('./types.js').Rule} Rule */
/** @typedef {import('./types.js').TraceRecord} TraceRecord */
/** @typedef {import('./types.js').Whole} Whole */

/** The newest format of traces. */
const FORMAT = 3

export class Cluster {
  /** @private use begin or from */
  constructor() {
    this.format = FORMAT
    /** The newest record. */
    this.seq = 0
    this.time = 0
    /** @type {Node[]} */
    this.nodes = []
    this.messages = new Flights()
    /** @type {Set<string>} links, as from>to */
    this.cuts = new Set()
    /** @type {Rule[]} */
    this.rules = []
    this.calls = new Calls()
    /** The record with the arrival of a message from outside, whose answer goes there. */
    this.answering = 0
    /** Whether writes to stable storage always take time. */
    this.slowDisks = false
    /** Whether writes that begin now take time. */
    this.slow = false
  }

  /**
   * The cluster before its first record.
   * @param {Partial<Header>|null} [header] of the run; without it the newest format counts
   */
  static begin(header = null) {
    const cluster = new Cluster()
    cluster.format = header?.format ?? FORMAT
    if (/^\s*storage_delay_ms\s*=\s*(?!0+(\.0*)?\s*$)[\d.]/m.test(header?.fixture ?? '')) cluster.sawWrite()
    return cluster
  }

  /**
   * The cluster in a state that whole or plain has written.
   * @param {Plain & Partial<Whole>} whole
   * @param {Partial<Header>|null} [header]
   */
  static from(whole, header = null) {
    const cluster = Cluster.begin(header)
    cluster.seq = whole.seq ?? 0
    cluster.time = whole.time_ns ?? 0
    cluster.nodes = whole.nodes.map(nodeFrom)
    cluster.cuts = new Set(whole.cuts.map(([from, to]) => linkName(from, to)))
    cluster.setRules(whole.faults ?? whole.rules.map((name) => ({name})))
    for (const f of whole.flights ?? []) cluster.messages.send(f.message, f.sentAt, f.held, f.outside)
    return cluster
  }

  /**
   * A Cluster in the same state, which goes its own way.
   * @returns {Cluster}
   */
  copy() {
    const other = new Cluster()
    other.format = this.format
    other.seq = this.seq
    other.time = this.time
    other.nodes = this.nodes.slice()
    other.messages = this.messages.copy()
    other.cuts = this.cuts
    other.rules = this.rules
    other.calls = this.calls.copy()
    other.answering = this.answering
    other.slowDisks = this.slowDisks
    other.slow = this.slow
    return other
  }

  /**
   * Takes the next record.
   * @param {TraceRecord} record
   */
  advance(record) {
    this.seq = record.seq
    this.time = record.time_ns
    const id = record.node
    if (id === null || id === undefined) {
      ofWholeCluster(this, record)
    } else if (record.event === 'Init') {
      this.init(record, id)
    } else {
      this.step(record, this.nodes[id] ?? this.unknown(record, id))
    }
  }

  /**
   * Takes the next record, and says what it changed.
   * @param {TraceRecord} record
   * @returns {Changed}
   */
  apply(record) {
    const {nodes, cuts, rules, calls} = this
    const before = nodes.slice()
    const {open, ended: {length}, forgotten} = calls
    this.advance(record)
    return {
      nodes: changedNodes(before, this.nodes),
      messages: record.message && record.event !== 'UpdateTerm' ? [record.message.id] : [],
      cuts: this.cuts !== cuts,
      rules: this.rules !== rules,
      calls: calls.open !== open || calls.ended.length + calls.forgotten !== length + forgotten,
      log: changedLog(before, this.nodes, record),
    }
  }

  /**
   * @private
   * @param {TraceRecord} record
   * @param {Node} node
   */
  step(record, node) {
    const handler = handlers[record.event]
    let next = handler === undefined ? node : handler(this, record, node)
    if (record.state !== undefined) next = withState(next, record.state)
    if (next === node) return
    if (this.slow && node.stored === null && record.event !== 'Nemesis' && record.event !== 'Persist' &&
      (next.term !== node.term || next.votedFor !== node.votedFor || next.log !== node.log)) {
      next = {...next, stored: {term: node.term, votedFor: node.votedFor, index: node.log.last}}
    }
    this.nodes[node.id] = next
  }

  /**
   * @private
   * @param {TraceRecord} record of kind Init
   * @param {number} id
   */
  init(record, id) {
    this.nodes[id] = firstNode(record)
    if (this.format >= 3) this.nodes = this.nodes.map((n) => withProgress(n, this.nodes.length))
    const {cut = [], faults} = record.init ?? {}
    if (faults) this.setRules(faults)
    if (cut.length > 0) this.cuts = new Set([...this.cuts, ...cut.map((to) => linkName(id, to))])
  }

  /**
   * A node without an Init record: the trace begins later.
   * @private
   * @param {TraceRecord} record
   * @param {number} id
   */
  unknown(record, id) {
    for (let i = this.nodes.length; i < id; i++) this.nodes[i] = {...newNode(i), approximate: true}
    const node = unknownNode(id, record.state)
    this.nodes[id] = node
    return node
  }

  /** @param {Rule[]} rules */
  setRules(rules) {
    this.rules = rules
    this.slow = this.slowDisks || rules.some((r) => r.slow_disk_ms !== undefined)
  }

  /** A write took time, so that others may. */
  sawWrite() {
    if (this.slow) return
    this.slowDisks = true
    this.slow = true
  }

  /** The leader of the highest term among the nodes that are up, or null. */
  get leader() {
    let leader = null
    for (const n of this.nodes) if (n.up && n.role === 'Leader' && (leader === null || n.term > leader.term)) leader = n
    return leader === null ? null : leader.id
  }

  /**
   * @param {number} from
   * @param {number} to
   */
  isCut(from, to) {
    return this.cuts.has(linkName(from, to))
  }

  /**
   * The cluster as plain JSON.
   * @returns {Plain}
   */
  plain() {
    /** @type {number[]} */
    const messages = []
    /** @type {number[]} */
    const held = []
    for (const copies of this.messages.values()) for (const f of copies) (f.held === '' ? messages : held).push(f.id)
    const up = (/** @type {number} */ a, /** @type {number} */ b) => a - b
    return {
      nodes: this.nodes.map(plainNode),
      messages: messages.sort(up),
      held: held.sort(up),
      cuts: [...this.cuts].map((link) => /** @type {[number, number]} */ (link.split('>').map(Number)))
        .sort((a, b) => a[0] - b[0] || a[1] - b[1]),
      rules: this.rules.map((r) => r.name),
    }
  }

  /**
   * Like plain, with what is needed to go on from here.
   * @returns {Whole}
   */
  whole() {
    return {...this.plain(), seq: this.seq, time_ns: this.time, faults: this.rules, flights: this.messages.all()}
  }
}

/**
 * The fields of each node that differ between two moments.
 * @param {Node[]} before
 * @param {Node[]} after
 * @returns {Map<number, string[]>}
 */
export function changedNodes(before, after) {
  const changed = new Map()
  for (const node of after) {
    if (node === before[node.id]) continue
    const fields = differences(before[node.id], node)
    if (fields.length > 0) changed.set(node.id, fields)
  }
  return changed
}

/**
 * @param {Node[]} before
 * @param {Node[]} after
 * @param {TraceRecord} record
 */
function changedLog(before, after, record) {
  const {node: id, index, kept: given} = record
  if (id === null || id === undefined || before[id] === undefined || before[id].log === after[id].log) return null
  const was = before[id].log.last
  const last = after[id].log.last
  const kept = record.event === 'ClientRequest' && index ? index - 1 : given ?? record.log?.kept ?? Math.min(was, last)
  return {node: id, kept, removed: was - kept, appended: last - kept}
}
