// The recorded runs and what was found about them.
import {html} from './html.js'
import {plain} from './format.js'

/** @param {{state: import('../store.js').State}} props */
export function Runs({state}) {
  return html`<div class="runs">
    ${state.runs.length > 1 && html`<ol class="run-list">${state.runs.map((r, i) => html`<li key=${i}>
      <button class=${'quiet' + (String(i) === state.run ? ' chosen' : '')} aria-current=${String(i) === state.run ? 'true' : 'false'} onClick=${() => state.openRun(i)}>
        <strong>${plain(r.name, 80)}</strong> <span class="muted">${plain(r.verdict, 40)}</span></button></li>`)}</ol>`}
    ${state.verdicts.length > 0 && html`<h3>Verdicts</h3><dl class="rows">${state.verdicts.map((/** @type {any} */ v, /** @type {number} */ i) => html`<div key=${i}>
      <dt>${plain(v.status, 20)}</dt><dd><strong>${plain(v.name, 80)}</strong> <span class="client">${plain(v.text || '', 600)}</span></dd></div>`)}</dl>`}
  </div>`
}
