// The buttons that move in time, the speed, and which moment is shown.
import {html} from './html.js'
import {fastest, slowest, violations} from '../play.js'
import {grouped, recordWords, seconds} from './format.js'

/** @param {{app: import('./app.js').Page, state: import('../store.js').State, view: import('../store.js').View}} props */
export function Transport({app, state, view}) {
  const {player, store} = app
  const node = state.selected.node
  const step = (/** @type {string} */ label, /** @type {string} */ sign, /** @type {() => any} */ go, disabled = false) =>
    html`<button class="quiet step" aria-label=${label} title=${label} disabled=${disabled} onClick=${go}>${sign}</button>`
  return html`<div class="transport">
    <div class="steps" role="group" aria-label="Move in time">
      ${step('To the change of leader before (Page Up)', '«L', () => player.find(-1, {event: 'BecomeLeader'}))}
      ${node !== null && step(`To the event of node ${node} before (Shift+←)`, `‹${node}`, () => player.find(-1, {node}))}
      ${step('One event back (←)', '‹', () => player.step(-1))}
      <button class="play" aria-label=${state.playing ? 'Stop (Space)' : 'Play (Space)'} title=${state.playing ? 'Stop (Space)' : 'Play (Space)'}
        onClick=${() => player.toggle()}>${state.playing ? html`<${Bars} />` : html`<${Triangle} />`}</button>
      ${step('One event on (→)', '›', () => player.step(1), state.live)}
      ${node !== null && step(`To the next event of node ${node} (Shift+→)`, `${node}›`, () => player.find(1, {node}), state.live)}
      ${step('To the next change of leader (Page Down)', 'L»', () => player.find(1, {event: 'BecomeLeader'}), state.live)}
      ${violations(state).length > 0 && html`<button class="quiet step bad" title="To the first violation (v)" onClick=${() => player.violation()}>✗ violation</button>`}
      ${state.kind === 'live' && html`<button class=${'live-button' + (state.live ? ' on' : '')} aria-pressed=${state.live ? 'true' : 'false'}
        title="Follow the newest event (l)" onClick=${() => store.follow()}>Live</button>`}
    </div>
    <${Moment} view=${view} seq=${state.seq} />
    <${Speed} store=${store} speed=${state.speed} />
  </div>`
}

function Triangle() { return html`<svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true"><path d="M2 1l9 5-9 5z" fill="currentColor" /></svg>` }

function Bars() { return html`<svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true"><path d="M2 1h3v10H2zM7 1h3v10H7z" fill="currentColor" /></svg>` }

/** @param {{view: import('../store.js').View, seq: number}} props */
function Moment({view, seq}) {
  const {record, history} = view
  return html`<p class="moment"><span class="number">${grouped(seq)}<span class="muted"> of ${grouped(history.last)}</span></span>
    <span class="number">${seconds(view.cluster.time, 6)}</span>
    ${record && html`<span class="moment-event"><strong>${record.event}</strong>${record.node === null ? '' : ` at node ${record.node}`} <span class="muted">${recordWords(record)}</span></span>`}</p>`
}

/** @param {{store: import('../store.js').Store, speed: number}} props */
function Speed({store, speed}) {
  const low = Math.log10(slowest)
  const high = Math.log10(fastest)
  const set = (/** @type {Event} */ e) => store.set({speed: 10 ** Number(/** @type {HTMLInputElement} */ (e.target).value)})
  return html`<label class="speed"><span>Speed</span>
    <input type="range" min=${low} max=${high} step="0.25" value=${Math.log10(speed)} onInput=${set} aria-valuetext=${speedWords(speed)} />
    <output class="number">${speedWords(speed)}</output></label>`
}

/** @param {number} speed */
export function speedWords(speed) {
  if (speed >= 0.995) return '×' + (speed < 9.95 ? speed.toFixed(1).replace('.0', '') : Math.round(speed))
  return '1/' + Math.round(1 / speed)
}
