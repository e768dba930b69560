// The guarantees as a strip. Placeholder.
import {html} from './html.js'

/** @param {any} props */
export function Invariants({options}) {
  const all = (options.invariants && options.invariants.invariants) || []
  return html`<p class="muted">${all.map((/** @type {any} */ i) => html`<span title=${i.says}>${i.status === 'held' ? '✓' : '✗'} ${i.title} </span>`)}</p>`
}
