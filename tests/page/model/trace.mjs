/**
 * Hand-made traces for the tests.
 *
 * @module
 */

/** @typedef {import('../../../emulator/serve/page/web/model/types.js').Entry} Entry */
/** @typedef {import('../../../emulator/serve/page/web/model/types.js').State} State */
/** @typedef {import('../../../emulator/serve/page/web/model/types.js').TraceRecord} TraceRecord */

/** Makes records with the next seq, of a step each millisecond. */
export class Trace {
  constructor(first = 1) {
    this.seq = first - 1
    /** @type {TraceRecord[]} */
    this.records = []
  }

  /**
   * @param {string} event
   * @param {number|null} node
   * @param {Partial<TraceRecord>} [rest]
   * @returns {TraceRecord}
   */
  add(event, node, rest = {}) {
    const seq = ++this.seq
    const record = {seq, time_ns: seq * 1e6, step: seq, cause: 0, event, node, ...rest}
    this.records.push(record)
    return record
  }

  /**
   * A message that a node sends. Its id is the record's seq.
   * @param {string} event
   * @param {number} from
   * @param {number} to
   * @param {object} [rest] of the message
   */
  send(event, from, to, rest = {}) {
    const type = event === 'RequestVote' ? 'RequestVoteRequest' : 'AppendEntriesRequest'
    const message = {id: this.seq + 1, type, from, to, term: 1, ...rest}
    return this.add(event, from, {message: /** @type {any} */ (message)})
  }

  /**
   * The start of three followers with these logs.
   * @param {...Entry[]} logs
   */
  begin(...logs) {
    for (let id = 0; id < 3; id++) {
      this.add('Init', id, {state: state({last_index: logs[id]?.length ?? 0}), init: {up: true, log: logs[id] ?? []}})
    }
    return this
  }
}

/**
 * @param {Partial<State>} [rest]
 * @returns {State}
 */
export function state(rest = {}) {
  return {role: 'Follower', term: 1, voted_for: null, leader: null, commit_index: 0, last_applied: 0, last_index: 0, last_term: 0, ...rest}
}

/**
 * Entries of these terms, each putting a message with its index.
 * @param {...number} terms
 * @returns {Entry[]}
 */
export function entries(...terms) {
  return terms.map((term, i) => ({term, op: 'put_message', topic: 'dog', message: `${term}.${i + 1}`}))
}
