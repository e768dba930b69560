// What one can do to the cluster as a whole: requests, links, faults, healing.
import {html} from './html.js'
import {Act} from './act.js'
import {RequestForm} from './request.js'
import {PartitionForm} from './partition.js'
import {Faults} from './faults.js'
import {healAll} from '../source/api.js'

/** @param {{app: import('./app.js').Page, state: import('../store.js').State, view: import('../store.js').View}} props */
export function Do({app, state, view}) {
  const present = view.history.at(view.history.last)
  return html`<div class="do">
    ${!state.live && html`<p class="muted">What you do here happens to the cluster as it is now, not at the moment that is shown.</p>`}
    <${RequestForm} app=${app} state=${state} present=${present} />
    <${PartitionForm} app=${app} present=${present} />
    <${Faults} app=${app} state=${state} present=${present} />
    <section aria-label="Repair"><h2>Repair</h2><div class="row">
      <${Act} app=${app} action=${healAll()} label="Heal everything" strong=${true} />
      <button onClick=${() => app.store.set({dialog: 'load'})}>Load a fixture …</button></div></section>
  </div>`
}
