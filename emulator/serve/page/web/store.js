// What the page shows: which run, which moment, what is selected. Components read it and
// call its methods; it tells its listeners, who draw in the next frame.

/** @typedef {import('./model/history.js').History} History */
/** @typedef {import('./model/types.js').Changed} Changed */

/**
 * What is selected. Everything else is null.
 * @typedef {object} Selection
 * @property {number|null} node
 * @property {number|null} message its id
 * @property {number|null} call the seq of its request
 * @property {number|null} index of an entry, at node
 * @property {string|null} link "from>to"
 */

/** @typedef {{action: import('./source/api.js').Action, at: number, error: string, answer: string}} Deed */

/**
 * @typedef {object} State
 * @property {'live'|'file'} kind
 * @property {string} run
 * @property {string} title
 * @property {History|null} history
 * @property {number} version counts the changes of the history
 * @property {number} seq the moment that is shown
 * @property {boolean} live the moment is always the newest
 * @property {boolean} playing
 * @property {number} speed of playing: cluster's time per wall time
 * @property {number} now the cluster's time that is shown, between records while playing
 * @property {Selection} selected
 * @property {'auto'|'light'|'dark'} theme
 * @property {import('./source/live.js').Link} link
 * @property {any} meta the answer of GET /v1/cluster
 * @property {any} invariants the answer of GET /v1/invariants
 * @property {any} verdict the answer of GET /v1/history/check
 * @property {Set<string>} routes of the server, as "POST /v1/heal"
 * @property {string[]} notes what the reader should know, the newest last
 * @property {Deed[]} deeds what the reader did
 * @property {string} dialog the open dialog, or ''
 * @property {string} side the open part of the right column
 * @property {string} lower the picture in the lower part of the middle
 * @property {string} stage what a narrow window shows
 * @property {number} zoom how many records the shared axis shows
 * @property {'wide'|'medium'|'narrow'} width
 * @property {import('./source/api.js').Action|null} pointed the action whose command line is shown
 * @property {Deed|null} failed the last deed, if it failed
 * @property {() => void} retry connects again now
 * @property {import('./source/file.js').Listed[]} runs the recorded runs
 * @property {any[]} verdicts of a report
 * @property {(place: number) => void} openRun shows another recorded run
 * @property {import('./view/foreign.js').ForeignRun|null} foreign the run, if it is one of programs that others wrote
 * @property {Record<string, any>} explained answers that came with the recording, by seq
 */

/** @type {Selection} */
export const nothing = {node: null, message: null, call: null, index: null, link: null}

/** @returns {State} */
function beginning() {
  return {
    kind: 'live', run: '', title: '', history: null, version: 0, seq: 0, live: true, playing: false, speed: 0.1, now: 0,
    selected: nothing, theme: 'auto', link: {state: 'connecting', text: '', behind: 0, retryAt: 0}, meta: null,
    invariants: null, verdict: null, routes: new Set(), notes: [], deeds: [], dialog: '', side: 'details', lower: 'spacetime', stage: 'cluster', zoom: 160,
    width: 'wide', pointed: null, failed: null, retry: () => {}, runs: [], verdicts: [], openRun: () => {}, foreign: null, explained: {},
  }
}

export class Store {
  constructor() {
    this.state = beginning()
    /** @type {Set<() => void>} */
    this.listeners = new Set()
    /** @type {{seq: number, version: number, view: View|null}} */
    this.cache = {seq: -1, version: -1, view: null}
  }

  /**
   * Calls listen after each change; returns what ends that.
   * @param {() => void} listen
   */
  subscribe(listen) {
    this.listeners.add(listen)
    return () => { this.listeners.delete(listen) }
  }

  /** @param {Partial<State>} part */
  set(part) {
    this.state = {...this.state, ...part}
    for (const listen of this.listeners) listen()
  }

  /**
   * Selects this and nothing else. Selecting what is selected keeps it.
   * @param {Partial<Selection>} what
   */
  select(what) { this.set({selected: {...nothing, ...what}, side: this.state.side === 'did' ? 'details' : this.state.side}) }

  /**
   * Shows the moment after a record. Live goes on in the background.
   * @param {number} seq
   */
  go(seq) {
    const h = this.state.history
    if (!h || h.last === 0) return
    const to = Math.min(Math.max(Math.round(seq), firstOf(h)), h.last)
    this.set({seq: to, live: false, now: timeOf(h, to)})
  }

  /** Shows the newest moment, and follows it. */
  follow() {
    const h = this.state.history
    this.set({live: true, playing: false, seq: h ? h.last : 0, now: h ? timeOf(h, h.last) : 0})
  }

  /**
   * Shows a note. It takes the place of one that differs only in its numbers.
   * @param {string} text
   */
  note(text) {
    const words = (/** @type {string} */ t) => t.replace(/[\d,]+/g, '')
    this.set({notes: [...this.state.notes.filter((old) => words(old) !== words(text)).slice(-2), text]})
  }

  /** What is shown at the moment. */
  view() {
    const {history, seq, version} = this.state
    if (!history || history.last === 0 || seq < firstOf(history)) return null
    const c = this.cache
    if (c.view && c.seq === seq && c.view.history === history) return c.view
    this.cache = {seq, version, view: look(history, seq)}
    return this.cache.view
  }
}

/**
 * The cluster at a moment, before it, and what the record between them changed.
 * @typedef {{history: History, cluster: import('./model/cluster.js').Cluster, previous: import('./model/cluster.js').Cluster|null, changed: Changed|null, record: import('./model/types.js').TraceRecord|null}} View
 */

/**
 * @param {History} history
 * @param {number} seq
 * @returns {View}
 */
function look(history, seq) {
  const cluster = history.at(seq)
  const record = history.record(seq)
  if (!record || seq <= firstOf(history)) return {history, cluster, previous: null, changed: null, record}
  const previous = history.at(seq - 1)
  const changed = previous.copy().apply(record)
  return {history, cluster, previous, changed, record}
}

/**
 * The first moment that can be shown.
 * @param {History} h
 */
export function firstOf(h) { return h.length > 0 ? Math.max(h.first, 1) : h.last }

/**
 * The time of a record.
 * @param {History} h
 * @param {number} seq
 */
export function timeOf(h, seq) {
  const r = h.record(seq)
  return r ? r.time_ns : h.last ? h.at(seq).time : 0
}

/**
 * Whether events come by themselves, too fast to read each of them.
 * @param {State} s
 */
export function rushes(s) {
  const clock = s.meta && s.meta.clock
  return s.live && s.kind === 'live' && (!clock || (!clock.paused && clock.speed > 0.02))
}
