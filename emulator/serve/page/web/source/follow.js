// Lets the records of a running cluster into the store, and asks for what they do not say.
import {read} from './api.js'
import {Live} from './live.js'
import {firstOf, timeOf} from '../store.js'
import {still} from '../width.js'

/** @typedef {import('../store.js').Store} Store */

/** @param {Store} store */
export function followLive(store) {
  let pushedAt = 0 // wall time
  const live = new Live({
    begin(run, history) {
      const again = store.state.run !== ''
      store.set({run, history, version: store.state.version + 1, live: true, playing: false, seq: history.last, meta: null, invariants: null, verdict: null})
      if (again) void look()
    },
    pushed(taken) {
      const s = store.state
      if (!s.history || (!taken && s.version > 1)) return store.set({})
      pushedAt = performance.now()
      store.set({version: s.version + 1, ...moment(s, s.history)})
    },
    linked(link) { store.set({link: {...store.state.link, ...link}}) },
    note(text) { if (!(text.startsWith('Another run') && justLoaded(store.state.deeds))) store.note(text) },
  })
  const look = () => lookAround(store, live)
  store.set({retry: () => live.retry()})
  void live.start()
  void readRoutes(store)
  void look()
  setInterval(() => { if (!document.hidden && store.state.link.state !== 'lost') void look() }, 1000)
  keepTime(store, () => pushedAt)
}

/**
 * Asks for what the records do not say.
 * @param {Store} store
 * @param {Live} live
 */
async function lookAround(store, live) {
  try {
    const meta = await read('/v1/cluster')
    live.serverHas(meta.run_id, meta.seq)
    const invariants = await read('/v1/invariants')
    if (meta.run_id !== store.state.run && store.state.run) return
    store.set({meta, invariants, title: meta.fixture.name})
    await check(store, meta.run_id)
  } catch { /* the stream says that the server is gone */ }
}

let checked = '' // the run and the number of calls at the last check

/**
 * Has the clients' calls checked while the reader looks at them.
 * @param {Store} store
 * @param {string} run
 */
async function check(store, run) {
  const {history, lower} = store.state
  if (lower !== 'lane' || !history || !history.last) return
  const {calls} = history.at(history.last)
  const state = `${run} ${calls.ended.length + calls.forgotten} ${calls.open}`
  if (state === checked) return
  checked = state
  const verdict = await read('/v1/history/check')
  if (store.state.run === run) store.set({verdict})
}

/**
 * Lets the time that is shown go on between two records, while the cluster's clock runs.
 * @param {Store} store
 * @param {() => number} since the wall time of the newest record
 */
function keepTime(store, since) {
  const tick = (/** @type {number} */ at) => {
    requestAnimationFrame(tick)
    const {live, history, meta, link, now} = store.state
    if (!live || !history || !history.last || !meta || link.state !== 'live' || meta.clock.paused || !meta.clock.speed || still()) return
    const passed = at - since()
    if (passed < 40 || link.behind > 100) return
    const next = timeOf(history, history.last) + Math.min(passed, 10000) * 1e6 * meta.clock.speed
    if (next - now > 1e6 * Math.min(meta.clock.speed, 1) * 30) store.set({now: next})
  }
  requestAnimationFrame(tick)
}

/**
 * Whether the reader has loaded a fixture just now, and so knows about another run.
 * @param {import('../store.js').Deed[]} deeds
 */
function justLoaded(deeds) {
  return deeds.some((d) => d.action.path.startsWith('/v1/fixture') && Date.now() - d.at < 5000)
}

/**
 * What is shown after records were added.
 * @param {import('../store.js').State} s
 * @param {import('../model/history.js').History} h
 * @returns {Partial<import('../store.js').State>}
 */
function moment(s, h) {
  if (s.live) return {seq: h.last, now: timeOf(h, h.last)}
  const first = firstOf(h)
  return s.seq < first ? {seq: first, now: timeOf(h, first), playing: false} : {}
}

/** @param {Store} store */
async function readRoutes(store) {
  try {
    const {routes} = await read('/')
    store.set({routes: new Set(routes.map((/** @type {any} */ r) => `${r.method} ${r.path}`))})
  } catch { /* an older server */ }
}
