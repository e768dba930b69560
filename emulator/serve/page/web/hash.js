// The address of a moment: #run=…&seq=431&node=2. It follows what is shown, and a link
// with it shows the same again.
import {nothing, firstOf} from './store.js'

const numbers = /** @type {const} */ (['node', 'message', 'call', 'index'])

/**
 * What a link asks for.
 * @param {string} hash
 */
export function readHash(hash) {
  const p = new URLSearchParams(hash.replace(/^#/, ''))
  const selected = {...nothing}
  for (const key of numbers) selected[key] = number(p.get(key))
  const link = p.get('link')
  if (link && /^\d+>\d+$/.test(link)) selected.link = link
  return {run: p.get('run') || '', seq: number(p.get('seq')), selected}
}

/** @param {string|null} text */
function number(text) { return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null }

/**
 * The link to what is shown.
 * @param {import('./store.js').State} s
 */
export function writeHash(s) {
  const p = []
  if (!s.live && s.history && s.history.last > 0) {
    if (s.run) p.push('run=' + encodeURIComponent(s.run))
    p.push('seq=' + s.seq)
  }
  for (const key of numbers) if (s.selected[key] !== null) p.push(key + '=' + s.selected[key])
  if (s.selected.link) p.push('link=' + s.selected.link)
  return p.length ? '#' + p.join('&') : ''
}

/**
 * Keeps the address and the store alike.
 * @param {import('./store.js').Store} store
 */
export function keepHash(store) {
  let wanted = readHash(location.hash)
  let written = location.hash
  let timer = 0
  store.set({selected: wanted.selected})

  /** Goes where the link points, as soon as that is loaded. */
  function arrive() {
    const {history, run, link, kind, runs} = store.state
    if (wanted.seq === null || !history || history.last === 0) return
    const {seq} = wanted
    const other = wanted.run && wanted.run !== run
    if (link.state !== 'live' && (kind === 'file' || (!other && seq > history.last))) return
    if (other && kind === 'file' && runs[Number(wanted.run)]) return store.state.openRun(Number(wanted.run))
    wanted = {...wanted, seq: null} // first, because what follows calls the listeners again
    if (other) return store.note('The link is to a moment of another run, which is over.')
    if (seq < firstOf(history)) store.note(`Event ${seq} is no longer kept.`)
    store.go(seq)
  }

  function write() {
    timer = 0
    if (wanted.seq !== null) return
    const hash = writeHash(store.state)
    if (hash === written) return
    written = hash
    history.replaceState(null, '', hash || location.pathname + location.search)
  }

  store.subscribe(() => {
    arrive()
    if (!timer) timer = window.setTimeout(write, 300)
  })
  addEventListener('hashchange', () => {
    written = location.hash
    wanted = readHash(location.hash)
    const moment = wanted.seq !== null // the listeners go there
    store.set({selected: wanted.selected})
    if (!moment) store.follow()
  })
}
