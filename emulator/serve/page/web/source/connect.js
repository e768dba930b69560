// Finds out where the records come from and lets them into the store.
import {read} from './api.js'
import {Live} from './live.js'
import {firstOf, timeOf} from '../store.js'

/** @param {import('../store.js').Store} store */
export async function connect(store) {
  const source = await whatSource()
  store.set({kind: source.kind})
  if (source.kind === 'live') followLive(store)
}

/** @returns {Promise<any>} */
async function whatSource() {
  try {
    return await read('/page/source.json')
  } catch {
    return {kind: 'live'}
  }
}

/** @param {import('../store.js').Store} store */
function followLive(store) {
  const live = new Live({
    begin(run, history) {
      const again = store.state.run !== ''
      store.set({run, history, version: store.state.version + 1, live: true, playing: false, seq: 0, meta: null, invariants: null, verdict: null})
      if (again) void look()
    },
    pushed(taken) {
      const s = store.state
      const h = s.history
      if (!h || (!taken && s.version)) return store.set({})
      store.set({version: s.version + 1, ...moment(s, h)})
    },
    linked(link) { store.set({link: {...store.state.link, ...link}}) },
    note(text) { store.note(text) },
  })
  store.set({retry: () => live.retry()})
  void live.start()

  /** Asks for what the records do not say. */
  async function look() {
    try {
      const meta = await read('/v1/cluster')
      live.serverHas(meta.run_id, meta.seq)
      store.set({meta, invariants: await read('/v1/invariants'), title: meta.fixture.name})
    } catch { /* the stream says that the server is gone */ }
  }
  void readRoutes(store)
  void look()
  setInterval(() => { if (!document.hidden && store.state.link.state !== 'lost') void look() }, 1000)
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

/** @param {import('../store.js').Store} store */
async function readRoutes(store) {
  try {
    const {routes} = await read('/')
    store.set({routes: new Set(routes.map((/** @type {any} */ r) => `${r.method} ${r.path}`))})
  } catch { /* an older server */ }
}
