/**
 * What the timeline is painted with: terms with their leaders, elections, faults and
 * violations.
 *
 * @module
 */

/** @typedef {import('./cluster.js').Cluster} Cluster */
/** @typedef {import('./types.js').FaultSpan} FaultSpan */
/** @typedef {import('./types.js').TermSpan} TermSpan */
/** @typedef {import('./types.js').TraceRecord} TraceRecord */
/** @typedef {import('./types.js').Violation} Violation */
/** @typedef {{seq: number, time: number, node: number, term: number, won: boolean}} Election */

/** Records that cannot change a leader, a term or a fault, which are most of them. */
const PLAIN = new Set([
  'RequestVote', 'AppendEntries', 'Reply', 'SetTimer', 'HandleAppendEntriesResponse', 'DropMessage', 'HoldMessage',
  'ReleaseMessage', 'DuplicateMessage', 'AdvanceCommitIndex', 'Apply', 'Request', 'ClientRequest', 'Response', 'Persist',
])

export class Marks {
  constructor() {
    /** @type {TermSpan[]} without gaps; the last one has no end */
    this.terms = []
    /** @type {Election[]} each candidacy, and each election that was won */
    this.elections = []
    /** @type {FaultSpan[]} in the order of their beginnings */
    this.faults = []
    /** @type {Violation[]} */
    this.violations = []
    /** @private @type {Map<string, FaultSpan>} the faults that last */
    this.lasting = new Map()
  }

  /**
   * Takes the newest record of a cluster, and of its state after it.
   * @param {TraceRecord} record
   * @param {Cluster} cluster
   */
  follow(record, cluster) {
    if (PLAIN.has(record.event) && this.terms.length > 0) return
    this.followTerm(record, cluster)
    if (record.event === 'Timeout' || record.event === 'BecomeLeader') {
      const {seq, time_ns: time, node, state} = record
      this.elections.push({seq, time, node: node ?? 0, term: state ? state.term : 0, won: record.event === 'BecomeLeader'})
    }
    if (record.event === 'Nemesis' || record.event === 'RuleEnded' || record.event === 'Init' || record.event === 'Restart') {
      this.followFaults(record, cluster)
    }
  }

  /**
   * @private
   * @param {TraceRecord} record
   * @param {Cluster} cluster
   */
  followTerm(record, cluster) {
    const now = this.terms[this.terms.length - 1]
    let term = now === undefined ? 0 : now.term
    for (const n of cluster.nodes) if (n.up && n.term > term) term = n.term
    const id = cluster.leader
    const leader = id !== null && cluster.nodes[id].term === term ? id : null
    if (now !== undefined && now.term === term && now.leader === leader) return
    if (now !== undefined) {
      now.to = record.seq
      now.toTime = record.time_ns
      if (now.from === record.seq) this.terms.pop()
    }
    this.terms.push({term, leader, from: record.seq, to: null, fromTime: record.time_ns, toTime: null})
  }

  /**
   * @private
   * @param {TraceRecord} record
   * @param {Cluster} cluster
   */
  followFaults(record, cluster) {
    /** @type {Map<string, {kind: FaultSpan['kind'], node: number|null, name: string}>} */
    const now = new Map()
    for (const {id, up, paused, skew, bug} of cluster.nodes) {
      if (!up) now.set(`crash ${id}`, {kind: 'crash', node: id, name: ''})
      if (paused) now.set(`pause ${id}`, {kind: 'pause', node: id, name: ''})
      if (skew !== 1) now.set(`skew ${id} ${skew}`, {kind: 'skew', node: id, name: String(skew)})
      if (bug) now.set(`bug ${id} ${bug}`, {kind: 'bug', node: id, name: bug})
    }
    if (cluster.cuts.size > 0) {
      const name = [...cluster.cuts].sort().join(' ')
      now.set(`partition ${name}`, {kind: 'partition', node: null, name})
    }
    for (const {name} of cluster.rules) now.set(`rule ${name}`, {kind: 'rule', node: null, name})
    for (const [key, span] of this.lasting) {
      if (now.has(key)) continue
      span.to = record.seq
      span.toTime = record.time_ns
      this.lasting.delete(key)
    }
    for (const [key, what] of now) {
      if (this.lasting.has(key)) continue
      const span = {...what, from: record.seq, to: null, fromTime: record.time_ns, toTime: null}
      this.lasting.set(key, span)
      this.faults.push(span)
    }
  }

  /**
   * An invariant was violated; each is marked once.
   * @param {Violation} violation
   */
  violate(violation) {
    if (this.violations.some((v) => v.seq === violation.seq && v.invariant === violation.invariant)) return
    this.violations.push(violation)
    this.violations.sort((a, b) => a.seq - b.seq)
  }

  /**
   * Forgets what ended before the record first.
   * @param {number} first
   */
  forget(first) {
    const lives = (/** @type {{to: number|null}} */ span) => span.to === null || span.to > first
    this.terms = this.terms.filter(lives)
    this.faults = this.faults.filter(lives)
    this.elections = this.elections.filter((e) => e.seq >= first)
    this.violations = this.violations.filter((v) => v.seq >= first)
  }
}
