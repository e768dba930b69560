// The buttons that move in time, the speed, and which moment is shown.
import {html} from './html.js'
import {fastest, slowest, violations} from '../play.js'
import {rushes} from '../store.js'
import {notable} from './sieve.js'
import {grouped, recordWords, seconds} from './format.js'

/** @param {{app: import('./app.js').Page, state: import('../store.js').State, view: import('../store.js').View}} props */
export function Transport({app, state, view}) {
  const {player, store} = app
  const node = state.selected.node
  const step = (/** @type {string} */ label, /** @type {string} */ path, /** @type {() => any} */ go, disabled = false, /** @type {number|null} */ of = null) =>
    html`<button class="quiet step" aria-label=${label} title=${label} disabled=${disabled} onClick=${go}><${Sign} path=${path} />${of}</button>`
  return html`<div class="transport">
    <div class="steps" role="group" aria-label="Move in time">
      ${step('To the change of leader before (Page Up)', signs.leaderBefore, () => player.find(-1, {event: 'BecomeLeader'}))}
      ${node !== null && step(`To the event of node ${node} before (Shift+←)`, signs.back, () => player.find(-1, {node}), false, node)}
      ${step('One event back (←)', signs.back, () => player.step(-1))}
      <button class="play" aria-label=${state.playing ? 'Stop (Space)' : 'Play (Space)'} title=${state.playing ? 'Stop (Space)' : 'Play (Space)'}
        onClick=${() => player.toggle()}><${Sign} path=${state.playing ? signs.stop : signs.play} fill=${true} /></button>
      ${step('One event on (→)', signs.on, () => player.step(1), state.live)}
      ${node !== null && step(`To the next event of node ${node} (Shift+→)`, signs.on, () => player.find(1, {node}), state.live, node)}
      ${step('To the next change of leader (Page Down)', signs.leaderNext, () => player.find(1, {event: 'BecomeLeader'}), state.live)}
      ${violations(state).length > 0 && html`<button class="quiet step bad" title="To the first violation (v)" onClick=${() => player.violation()}>✗ violation</button>`}
      ${state.kind === 'live' && html`<button class=${'live-button' + (state.live ? ' on' : '')} aria-pressed=${state.live ? 'true' : 'false'}
        title="Follow the newest event (l)" onClick=${() => store.follow()}>Live</button>`}
    </div>
    <${Moment} view=${view} seq=${state.seq} live=${rushes(state)} />
    <${Speed} store=${store} speed=${state.speed} />
  </div>`
}

/** The signs of the buttons, 16 wide and high. The crown stands for a leader. */
const signs = {
  back: 'M10 3L5 8l5 5', on: 'M6 3l5 5-5 5', play: 'M4 2.5l9.5 5.5-9.5 5.5z', stop: 'M4 3h3v10H4zM9 3h3v10H9z',
  leaderBefore: 'M5 4L1 8l4 4M7 12V5.5l2.2 2.3L11 4l1.8 3.8L15 5.5V12z', leaderNext: 'M11 4l4 4-4 4M1 12V5.5l2.2 2.3L5 4l1.8 3.8L9 5.5V12z',
}

/** @param {{path: string, fill?: boolean}} props */
function Sign({path, fill}) {
  return html`<svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><path d=${path} fill=${fill ? 'currentColor' : 'none'}
    stroke=${fill ? 'none' : 'currentColor'} stroke-width="1.6" stroke-linejoin="round" stroke-linecap="round" /></svg>`
}

/** @param {{view: import('../store.js').View, seq: number, live: boolean}} props */
function Moment({view, seq, live}) {
  const {history} = view
  const record = live ? notable(history, seq) : view.record
  return html`<p class="moment"><span class="number">${grouped(seq)}<span class="muted"> of ${grouped(history.last)}</span></span>
    <span class="number">${seconds(view.cluster.time, live ? 3 : 6)}</span>
    ${record && html`<span class="moment-event"><strong>${record.event}</strong>${record.node === null ? '' : ` at node ${record.node}`} <span class="muted">${recordWords(record)}</span></span>`}</p>`
}

/** @param {{store: import('../store.js').Store, speed: number}} props */
function Speed({store, speed}) {
  const low = Math.log10(slowest)
  const high = Math.log10(fastest)
  const set = (/** @type {Event} */ e) => store.set({speed: 10 ** Number(/** @type {HTMLInputElement} */ (e.target).value)})
  return html`<label class="speed"><span>Playing speed</span>
    <input type="range" min=${low} max=${high} step="0.25" value=${Math.log10(speed)} onInput=${set} aria-valuetext=${speedWords(speed)} />
    <output class="number">${speedWords(speed)}</output></label>`
}

/** @param {number} speed */
export function speedWords(speed) {
  if (speed >= 0.995) return '×' + (speed < 9.95 ? speed.toFixed(1).replace('.0', '') : Math.round(speed))
  return '1/' + Math.round(1 / speed)
}
