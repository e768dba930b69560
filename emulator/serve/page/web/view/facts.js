// A list of names and values, with a mark at what changed.
import {html} from './html.js'

/** @param {{rows: (null|false|[string, any, boolean?])[]}} props */
export function Facts({rows}) {
  return html`<dl class="rows">${rows.map((row) => row && html`<div key=${row[0]} class=${row[2] ? 'changed' : ''}>
    <dt>${row[0]}</dt><dd>${row[1]}${row[2] ? html`<span class="changed-sign">changed</span>` : ''}</dd></div>`)}</dl>`
}

/**
 * A button that selects something.
 * @param {{app: import('./app.js').Page, what: Partial<import('../store.js').Selection>, children?: any}} props
 */
export function Select({app, what, children}) {
  return html`<button class="link" onClick=${() => app.store.select(what)}>${children}</button>`
}

/**
 * A button that goes to an event.
 * @param {{app: import('./app.js').Page, seq: number, children?: any}} props
 */
export function Go({app, seq, children}) {
  return html`<button class="link" onClick=${() => { app.player.stop(); app.store.go(seq) }}>${children || `event ${seq}`}</button>`
}

/** @param {{text: string, app: import('./app.js').Page}} props */
export function Heading({text, app}) {
  return html`<div class="detail-head"><h2>${text}</h2>
    <button class="quiet small" title="Select nothing (Esc)" aria-label="Select nothing" onClick=${() => app.store.select({})}>✕</button></div>`
}
