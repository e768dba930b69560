// The list of events. Only the rows in sight are drawn.
import {html, useEffect, useLayoutEffect, useRef, useState} from './html.js'
import {Sieve, sieves} from './sieve.js'
import {recordWords} from './format.js'
import {termFill} from './colour.js'

const rowHeight = 22
const tallest = 8000000 // px; browsers draw no higher elements

/** @param {{app: import('./app.js').Page, state: import('../store.js').State, view: import('../store.js').View}} props */
export function Events({app, state, view}) {
  const place = useRef(/** @type {HTMLElement|null} */ (null))
  const sieve = useRef(/** @type {Sieve|null} */ (null))
  const [kind, setKind] = useState('changes')
  const [scroll, setScroll] = useState(0)
  const [height, setHeight] = useState(300)
  const key = kind + (kind === 'node' ? state.selected.node : '')
  if (!sieve.current || sieve.current.key !== key || sieve.current.history !== view.history) {
    sieve.current = new Sieve(view.history, kind, state.selected.node)
  }
  const list = sieve.current
  list.update()
  const at = list.placeOf(state.seq)
  useLayoutEffect(() => {
    const element = /** @type {HTMLElement} */ (place.current)
    const observer = new ResizeObserver(() => setHeight(element.clientHeight))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  useEffect(() => { reveal(place.current, at, state.live) }, [state.seq, at, key, height, state.live])
  const first = Math.max(0, Math.floor(scroll / rowHeight) - 4)
  const last = Math.min(list.length, first + Math.ceil(height / rowHeight) + 8)
  const go = (/** @type {number} */ seq) => { app.player.stop(); app.store.go(seq) }
  const onKeyDown = (/** @type {KeyboardEvent} */ e) => {
    const step = {ArrowUp: -1, ArrowDown: 1}[e.key]
    if (!step) return
    e.preventDefault()
    const exact = list.seq(at) === state.seq
    const to = step < 0 && !exact ? at : at + step
    if (to >= 0 && to < list.length) go(list.seq(to))
  }
  return html`<section class="events" aria-label="Events">
    <div class="picture-head"><h2>Events</h2><label><span class="hidden">Which events</span>
      <select value=${kind} onChange=${(/** @type {any} */ e) => setKind(e.target.value)}>${sieves.map(([id, text]) => html`<option key=${id} value=${id}>${text}</option>`)}</select></label></div>
    <div class="event-list" ref=${place} role="listbox" tabindex="0" aria-label="Events" onKeyDown=${onKeyDown}
      aria-activedescendant=${at >= 0 ? 'event-' + list.seq(at) : undefined} onScroll=${(/** @type {any} */ e) => setScroll(e.target.scrollTop)}>
      <div class="event-space" role="presentation" style=${{height: Math.min(list.length * rowHeight, tallest) + 'px'}}>
        ${rows(view.history, list, first, last, at, state, go)}
      </div>
    </div>
    ${list.length === 0 && html`<p class="muted">${kind === 'node' && state.selected.node === null ? 'Select a node to see its events.' : 'There are no such events.'}</p>`}
  </section>`
}

/**
 * @param {import('../model/history.js').History} history
 * @param {Sieve} list
 * @param {number} first
 * @param {number} last
 * @param {number} at the row of the moment
 * @param {import('../store.js').State} state
 * @param {(seq: number) => void} go
 */
function rows(history, list, first, last, at, state, go) {
  const out = []
  for (let i = first; i < last; i++) {
    const seq = list.seq(i)
    const r = history.record(seq)
    if (!r) continue
    const name = 'event' + (i === at ? ' chosen' : seq > state.seq ? ' later' : '') + (r.node !== null && r.node === state.selected.node ? ' of-node' : '')
    out.push(html`<div key=${seq} id=${'event-' + seq} class=${name} role="option" aria-selected=${i === at ? 'true' : 'false'} aria-setsize=${list.length} aria-posinset=${i + 1}
      style=${{transform: `translateY(${i * rowHeight}px)`}} onClick=${() => go(seq)}>
      <span class="event-seq number">${seq}</span><span class="event-node" style=${r.state ? {borderColor: termFill(r.state.term)} : {}}>${r.node ?? ''}</span>
      <span class="event-name">${r.event}</span> <span class="event-words">${recordWords(r)}</span></div>`)
  }
  return out
}

/**
 * Scrolls so that a row is in sight.
 * @param {HTMLElement|null} element
 * @param {number} at
 * @param {boolean} live
 */
function reveal(element, at, live) {
  if (!element || at < 0) return
  const top = at * rowHeight
  if (live) element.scrollTop = top + rowHeight - element.clientHeight + 1
  else if (top < element.scrollTop || top + rowHeight > element.scrollTop + element.clientHeight) element.scrollTop = top - element.clientHeight / 2
}
