// Follows a running cluster: first all that the server keeps, then each record as it
// comes. Records are taken in portions between two frames, so that the page never stands
// still; if it falls too far behind, it skips to now and says so.
import {History} from '../model/history.js'
import {read, perform} from './api.js'
import {base} from './base.js'
import {Problem, readProblem} from './problem.js'
import {Stream} from './stream.js'
import {count} from '../view/format.js'

/**
 * How the connection stands. behind: how many records the page has not yet taken.
 * @typedef {object} Link
 * @property {'connecting'|'loading'|'live'|'lost'} state
 * @property {string} text
 * @property {number} behind
 * @property {number} retryAt wall time of the next attempt, 0: none
 */

/**
 * What listens to the source.
 * @typedef {object} Sink
 * @property {(run: string, history: History) => void} begin another run, or the same anew
 * @property {(taken: number) => void} pushed records were added to the history
 * @property {(link: Partial<Link>) => void} linked
 * @property {(text: string) => void} note something the reader should know
 */

const frameBudget = 7 // ms of a frame for taking records
const loadBudget = 30 // while the page loads what is kept
const tooFar = 20000 // records behind at which the page skips
const firstPause = 500
const longestPause = 15000

export class Live {
  /** @param {Sink} sink */
  constructor(sink) {
    this.sink = sink
    /** @type {History|null} */
    this.history = null
    this.run = ''
    this.pause = firstPause
    this.serverLast = 0
    this.loading = true
    this.newest = false // begin with the state of now
    this.stopped = false
    /** @type {Stream|null} */
    this.stream = null
    this.abort = new AbortController()
    this.wake = () => {}
  }

  /** Follows until stop is called. */
  async start() {
    while (!this.stopped) {
      try {
        await this.follow()
      } catch (err) {
        if (!this.stopped) await this.lost(err)
      }
    }
  }

  stop() {
    this.stopped = true
    this.abort.abort()
    this.wake()
  }

  /** Tries again now instead of at the end of the pause. */
  retry() { this.wake() }

  /**
   * The newest record that the server has, as another answer said.
   * @param {string} run
   * @param {number} last
   */
  serverHas(run, last) { if (run === this.run) this.serverLast = Math.max(this.serverLast, last) }

  /** @param {unknown} err */
  async lost(err) {
    const text = err instanceof Problem ? err.message : 'The connection was lost.'
    this.sink.linked({state: 'lost', text, retryAt: Date.now() + this.pause})
    await new Promise((go) => {
      const timer = setTimeout(go, this.pause)
      this.wake = () => { clearTimeout(timer); go(undefined) }
    })
    this.pause = Math.min(this.pause * 1.7, longestPause)
  }

  /** Begins, if need be, and takes the stream until it ends. */
  async follow() {
    this.abort = new AbortController()
    if (!this.history) await this.begin()
    const history = /** @type {History} */ (this.history)
    const since = Math.max(history.last, 0)
    const answer = await this.open(`/v1/events?since=${since}`, {Accept: 'text/event-stream', 'Last-Event-ID': `${this.run}:${since}`})
    this.pause = firstPause
    this.stream = new Stream(/** @type {ReadableStream<Uint8Array>} */ (answer.body))
    this.sink.linked({state: this.loading ? 'loading' : 'live', text: '', retryAt: 0})
    try {
      await this.drain(this.stream)
    } finally {
      this.stream.close()
      this.abort.abort()
    }
  }

  /** Asks for the state from which the kept records lead to now. */
  async begin() {
    this.sink.linked({state: 'connecting', text: '', retryAt: 0})
    const {run, since, start, last} = await beginning(this.newest, this.abort.signal)
    this.newest = false
    this.run = run
    this.serverLast = last
    this.loading = true
    this.history = start ? History.from(start, {keep: 131072}) : new History({keep: 131072})
    this.sink.begin(run, this.history)
    if (since > 0 && !start) this.sink.note('The events of the beginning are no longer kept, and what they made is not known.')
  }

  /**
   * @param {string} path
   * @param {Record<string, string>} headers
   */
  async open(path, headers) {
    let answer
    try {
      answer = await fetch(base + path, {headers, cache: 'no-store', signal: this.abort.signal})
    } catch {
      throw new Problem(0, 'The server does not answer.')
    }
    if (!answer.ok || !answer.body) throw readProblem(answer.status, await answer.text())
    return answer
  }

  /**
   * Takes what the stream brings, a portion each frame.
   * @param {Stream} stream
   */
  async drain(stream) {
    for (;;) {
      if (!stream.length) {
        if (stream.ended) throw stream.error ? new Problem(0, 'The connection was lost.') : new Problem(0, 'The server has ended.')
        if (/** @type {History} */ (this.history).last >= this.serverLast) this.caughtUp()
        await new Promise((go) => { stream.onMore = () => go(undefined) })
        stream.onMore = () => {}
      }
      await frame()
      if (this.stopped || !this.portion(stream)) return
    }
  }

  /**
   * Takes records for a part of a frame. Reports whether the stream goes on.
   * @param {Stream} stream
   */
  portion(stream) {
    const until = performance.now() + (this.loading || document.hidden ? loadBudget : frameBudget)
    let taken = 0
    for (let event = stream.next(); event; event = stream.next()) {
      if (event.name === '') {
        if (!this.push(event.data)) return false
        taken++
      } else if (!this.control(event)) return false
      if (taken % 16 === 0 && performance.now() > until) break
    }
    const history = /** @type {History} */ (this.history)
    const behind = Math.max(stream.length, this.serverLast - history.last)
    this.sink.linked({behind})
    this.sink.pushed(taken)
    if (behind > tooFar && !this.loading) return this.skip(behind)
    return true
  }

  /** @param {string} data */
  push(data) {
    const history = /** @type {History} */ (this.history)
    const record = JSON.parse(data)
    if (history.last > 0 && record.seq !== history.last + 1) {
      if (record.seq <= history.last) return true // it came again
      this.beginAgain(`${count(record.seq - history.last - 1, 'event')} were lost; the page begins again.`)
      return false
    }
    history.push(record)
    return true
  }

  /**
   * An event of the stream that is no record. Reports whether the stream goes on.
   * @param {import('./stream.js').StreamEvent} event
   */
  control(event) {
    const data = JSON.parse(event.data)
    switch (event.name) {
      case 'run':
        if (data.run_id === this.run) return true
        this.beginAgain('')
        return false
      case 'reset':
        this.beginAgain('Another run has begun: somebody replaced the cluster or started the emulator again.')
        return false
      case 'missed':
      case 'end':
        this.newest = true
        this.beginAgain(`${count(data.to - data.from + 1, 'event')} were lost: the emulator keeps only the newest ones, and this page was too slow. It begins again at this moment.`)
        return false
    }
    return true
  }

  /** @param {number} records */
  skip(records) {
    this.newest = true
    this.beginAgain(`The cluster is faster than this page, which skipped ${count(records, 'event')} and begins again at this moment.`)
    return false
  }

  /** @param {string} why */
  beginAgain(why) {
    this.history = null
    if (why) this.sink.note(why)
  }

  caughtUp() {
    if (!this.loading) return
    this.loading = false
    this.sink.linked({state: 'live', behind: 0})
    this.sink.pushed(0)
  }
}

/**
 * @param {boolean} newest
 * @param {AbortSignal} signal
 * @returns {Promise<{run: string, since: number, start: any, last: number}>} last: what there is to load
 */
async function beginning(newest, signal) {
  const a = await perform({method: 'GET', path: '/v1/events?since=0&limit=1', words: ''})
  if (a.first <= 1 && !newest) return {run: a.run_id, since: 0, start: null, last: a.last}
  try {
    const b = await read('/page/start' + (newest ? '?newest' : ''), signal)
    return {run: b.run_id, since: b.since, start: b.start, last: newest || b.run_id !== a.run_id ? b.since : a.last}
  } catch (err) {
    if (!(err instanceof Problem) || err.status !== 404) throw err
  }
  // Some of the oldest records are gone before the stream begins.
  return {run: a.run_id, since: a.first > 1 ? Math.min(a.first + 999, a.last) : 0, start: null, last: a.last}
}

/** Waits for the next frame, or a moment if the page is hidden. */
function frame() {
  return new Promise((go) => {
    if (document.hidden) {
      setTimeout(go, 50)
      return
    }
    let done = false
    const once = () => { if (!done) { done = true; go(undefined) } }
    requestAnimationFrame(once)
    setTimeout(once, 200) // the page may get hidden meanwhile
  })
}
