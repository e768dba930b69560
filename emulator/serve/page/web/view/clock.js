// The cluster's own clock: real or virtual, running or not, how fast, and steps.
import {html} from './html.js'
import {Act} from './act.js'
import {clockAdvance, clockPause, clockRun, clockStep} from '../source/api.js'

const speeds = [0.001, 0.01, 0.1, 0.25, 0.5, 1, 2, 5, 10, 100]

/** @param {{app: import('./app.js').Page, state: import('../store.js').State}} props */
export function Clock({app, state}) {
  const clock = state.meta && state.meta.clock
  if (!clock) return null
  const runs = !clock.paused && clock.speed > 0
  const act = async (/** @type {import('../source/api.js').Action} */ action) => {
    const answer = await app.deeds.act(action)
    if (answer) app.store.set({meta: {...app.store.state.meta, clock: {...clock, ...answer}}})
  }
  const choose = (/** @type {Event} */ e) => act(clockRun(Number(/** @type {HTMLSelectElement} */ (e.target).value)))
  const all = speeds.includes(clock.speed) || clock.speed === 0 ? speeds : [...speeds, clock.speed].sort((a, b) => a - b)
  return html`<span class="clock" role="group" aria-label="Clock of the cluster">
    <span class="clock-mode" title="How the cluster's time moves">${clock.mode === 'real' ? 'real time' : 'virtual time'}</span>
    ${runs ? html`<${Act} app=${app} action=${clockPause()} run=${act} label="Stop" />`
      : html`<${Act} app=${app} action=${clockRun(clock.speed > 0 ? clock.speed : 1)} run=${act} label="Run" strong=${true} />`}
    <${Act} app=${app} action=${clockStep(1)} run=${act} label="Step" title="Take the next event" />
    ${!runs && html`<${Act} app=${app} action=${clockAdvance(100)} run=${act} label="+100 ms" />`}
    <label><span class="hidden">Speed of the cluster</span>
      <select value=${String(runs ? clock.speed : 0)} onChange=${choose}>
        ${!runs && html`<option value="0">stopped</option>`}
        ${all.map((s) => html`<option key=${s} value=${String(s)}>×${s}</option>`)}
      </select></label>
  </span>`
}
