// The right column: details of what is selected, what one can do, and what one did.
import {html} from './html.js'
import {Tabs} from './tabs.js'
import {Details} from './details.js'
import {Do} from './do.js'
import {Did} from './did.js'
import {Runs} from './runs.js'
import {Curl} from './curlbar.js'

/** @param {{app: import('./app.js').Page, state: import('../store.js').State, view: import('../store.js').View}} props */
export function Side({app, state, view}) {
  const live = app.deeds.allowed
  const tabs = [['details', 'Details']]
  if (live) tabs.push(['do', 'Do'], ['did', `Done ${state.deeds.length || ''}`])
  if (!live && (state.runs.length > 1 || state.verdicts.length)) tabs.push(['runs', 'Runs'])
  const open = tabs.some(([id]) => id === state.side) ? state.side : 'details'
  const parts = /** @type {Record<string, any>} */ ({details: Details, do: Do, did: Did, runs: Runs})
  return html`<section class="side" aria-label="Details and actions">
    <${Tabs} label="Details and actions" tabs=${tabs} open=${open} choose=${(/** @type {string} */ side) => app.store.set({side})} controls="side-panel" />
    <div class="tab-panel" id="side-panel" role="tabpanel"><${parts[open]} app=${app} state=${state} view=${view} /></div>
    ${live && html`<div class="side-foot">
      ${state.failed && html`<p class="error" role="alert">Could not ${state.failed.action.words}: ${state.failed.error}
        <button class="small" onClick=${() => app.store.set({failed: null})}>Close</button></p>`}
      <${Curl} action=${state.pointed} /></div>`}
  </section>`
}
