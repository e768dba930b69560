// Plays what is kept: the cluster's time passes at a chosen speed. Events of one instant
// follow each other visibly at slow speeds, and long quiet times are shortened.
import {firstOf, timeOf} from './store.js'
import {still} from './width.js'

const longest = 1200 // ms of wall time between two events

export const slowest = 0.001
export const fastest = 10

/**
 * The wall time between two events, in ms.
 * @param {number} gap of the cluster's time, in ns
 * @param {number} speed
 */
export function wallGap(gap, speed) {
  const least = speed >= 1 ? 0 : Math.min(90, 9 / speed)
  return Math.min(Math.max(gap / 1e6 / speed, least), longest)
}

export class Player {
  /** @param {import('./store.js').Store} store */
  constructor(store) {
    this.store = store
    this.last = 0 // wall time of the last frame
    this.passed = 0 // wall ms since the event that is shown
  }

  toggle() {
    if (this.store.state.playing) this.stop()
    else this.play()
  }

  stop() { this.store.set({playing: false}) }

  play() {
    const {history, seq, live} = this.store.state
    if (!history || !history.last) return
    const from = live ? history.last : seq
    this.store.set({playing: true, live: false, seq: from >= history.last ? firstOf(history) : from})
    this.last = performance.now()
    this.passed = 0
    requestAnimationFrame((at) => this.frame(at))
  }

  /** @param {number} at wall time */
  frame(at) {
    const s = this.store.state
    if (!s.playing || !s.history) return
    const step = this.advance(s.history, s.seq, Math.min(Math.max(at - this.last, 0), 100), s.speed)
    this.last = at
    if (step.seq >= s.history.last && s.kind === 'live') {
      this.store.follow()
      return
    }
    const ended = step.seq >= s.history.last
    this.store.set({seq: step.seq, now: still() ? timeOf(s.history, step.seq) : step.now, playing: !ended})
    requestAnimationFrame((next) => this.frame(next))
  }

  /**
   * Where playing is after some wall time.
   * @param {import('./model/history.js').History} h
   * @param {number} seq
   * @param {number} wall ms
   * @param {number} speed
   */
  advance(h, seq, wall, speed) {
    this.passed += wall
    let time = timeOf(h, seq)
    while (seq < h.last) {
      const gap = timeOf(h, seq + 1) - time
      const need = wallGap(gap, speed)
      if (this.passed < need) return {seq, now: time + gap * (this.passed / need)}
      this.passed -= need
      seq++
      time += gap
    }
    return {seq, now: time}
  }

  /** @param {number} direction */
  step(direction) {
    const s = this.store.state
    this.stop()
    this.store.go((s.live && s.history ? s.history.last : s.seq) + direction)
  }

  /**
   * Goes to the next or previous event that matches. Reports whether there is one.
   * @param {1|-1} direction
   * @param {import('./model/types.js').Wanted} wanted
   */
  find(direction, wanted) {
    const {history: h, seq} = this.store.state
    if (!h) return false
    const to = direction > 0 ? h.nextOf(seq, wanted) : h.previousOf(seq, wanted)
    if (to === null) return false
    this.stop()
    this.store.go(to.seq)
    return true
  }

  /** Goes to where an invariant was first violated. Reports whether there is one. */
  violation() {
    const first = violations(this.store.state)[0]
    if (!first) return false
    this.stop()
    this.store.go(first.seq)
    return true
  }

  /** @param {number} factor */
  faster(factor) {
    const speed = Math.min(Math.max(this.store.state.speed * factor, slowest), fastest)
    this.store.set({speed})
  }
}

/**
 * The violated invariants, the first one first.
 * @param {import('./store.js').State} s
 * @returns {{seq: number, title: string, text: string}[]}
 */
export function violations(s) {
  const all = (s.invariants && s.invariants.invariants) || []
  return all.filter((/** @type {any} */ i) => i.violation)
    .map((/** @type {any} */ i) => ({seq: i.violation.seq, title: i.title, text: i.violation.explanation || i.says}))
    .sort((/** @type {any} */ a, /** @type {any} */ b) => a.seq - b.seq)
}
