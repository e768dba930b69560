// What the reader did, with the command lines, to save as a scenario.
import {html} from './html.js'
import {curl} from '../source/curl.js'
import {base} from '../source/base.js'
import {copyText} from './curlbar.js'
import {capital} from './act.js'
import {plain} from './format.js'

/** @param {{app: import('./app.js').Page, state: import('../store.js').State}} props */
export function Did({app, state}) {
  const all = () => copyText(state.deeds.filter((d) => !d.error).map((d) => curl(d.action, location.origin + base)).join('\n') + '\n')
  return html`<div class="did">
    <p class="row"><button class="strong" onClick=${() => app.deeds.saveScenario()}>Save as a scenario</button>
      <button disabled=${!state.deeds.length} onClick=${all}>Copy all as curl</button></p>
    <p class="muted">The scenario has the start and everything that was done to the cluster since, also by others. <code>emulator run FILE</code> repeats it.</p>
    ${state.deeds.length ? html`<ol class="deeds">${[...state.deeds].reverse().map((d, i) => html`<li key=${state.deeds.length - i}>
      <button class="quiet" title="Show its command line" onClick=${() => app.deeds.point(d.action)}>${capital(d.action.words)}</button>
      <span class=${d.error ? 'error' : 'muted'}>${plain(d.error || d.answer, 160)}</span></li>`)}</ol>`
      : html`<p class="muted">You have done nothing yet.</p>`}
  </div>`
}
