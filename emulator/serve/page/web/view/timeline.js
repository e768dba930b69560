// The slider over everything that is kept, painted with terms, elections and faults, and
// the buttons that move in it.
import {html, useLayoutEffect, useRef, useState} from './html.js'
import {inset, paint} from './paint.js'
import {sharedAxis} from './axis.js'
import {Transport} from './transport.js'
import {firstOf, timeOf} from '../store.js'
import {violations} from '../play.js'
import {recordWords, seconds} from './format.js'

/** @param {{app: import('./app.js').Page, state: import('../store.js').State, view: import('../store.js').View|null}} props */
export function Timeline({app, state, view}) {
  if (!view) return null
  return html`<section class="timeline" aria-label="Timeline">
    <${Transport} app=${app} state=${state} view=${view} />
    <${Slider} app=${app} state=${state} history=${view.history} />
  </section>`
}

/** @param {{app: import('./app.js').Page, state: import('../store.js').State, history: import('../model/history.js').History}} props */
function Slider({app, state, history}) {
  const canvas = useRef(/** @type {HTMLCanvasElement|null} */ (null))
  const [hover, setHover] = useState(/** @type {{at: number, seq: number}|null} */ (null))
  const first = firstOf(history)
  const last = Math.max(history.last, first + 1)
  const axis = sharedAxis(history, state.seq, state.zoom)
  useLayoutEffect(() => {
    if (canvas.current) paint(canvas.current, history, {first, last, seq: state.seq, window: [axis.from, Math.min(axis.to, last)], violations: violations(state)})
  })
  const move = (/** @type {Event} */ e) => {
    app.player.stop()
    app.store.go(Number(/** @type {HTMLInputElement} */ (e.target).value))
  }
  const point = (/** @type {PointerEvent} */ e) => {
    const box = /** @type {HTMLElement} */ (e.currentTarget).getBoundingClientRect()
    const at = Math.min(Math.max((e.clientX - box.left - inset) / (box.width - 2 * inset), 0), 1)
    setHover({at, seq: Math.round(first + at * (last - first))})
  }
  const record = history.record(state.seq)
  return html`<div class="slider" onPointerMove=${point} onPointerLeave=${() => setHover(null)}>
    <canvas ref=${canvas} aria-hidden="true"></canvas>
    <input type="range" min=${first} max=${last} step="1" value=${state.seq} aria-label="Moment"
      aria-valuetext=${`event ${state.seq} of ${history.last}, ${seconds(timeOf(history, state.seq))}` + (record ? `, ${record.event}` : '')}
      onInput=${move} data-keys="timeline" />
    ${hover && html`<${Hover} history=${history} hover=${hover} />`}
  </div>`
}

/** @param {{history: import('../model/history.js').History, hover: {at: number, seq: number}}} props */
function Hover({history, hover}) {
  const r = history.record(Math.min(hover.seq, history.last))
  if (!r) return null
  const where = hover.at < 0.5 ? {left: `${hover.at * 100}%`} : {right: `${(1 - hover.at) * 100}%`}
  return html`<div class="slider-hover" style=${where} aria-hidden="true"><span class="number">${r.seq} · ${seconds(r.time_ns)}</span>
    ${r.event}${r.node === null ? '' : ` at ${r.node}`} <span class="muted">${recordWords(r)}</span></div>`
}
