// The whole page: what stands where, in a wide, a medium and a narrow window.
import {html, useEffect} from './html.js'
import {Header} from './header.js'
import {Timeline} from './timeline.js'
import {Side} from './side.js'
import {Events} from './events.js'
import {Dialogs} from './dialogs.js'
import {Notices} from './notices.js'
import {Tabs} from './tabs.js'
import {Picture} from './picture.js'
import {sharedAxis} from './axis.js'
import {Ring} from './ring.js'
import {Logs} from './logs.js'
import {SpaceTime} from './spacetime.js'
import {Lane} from './lane.js'
import {Queues} from './queues.js'
import {Invariants} from './invariants.js'
import {nothing} from '../store.js'
import {linkActions} from './links.js'
import {Foreign} from './foreign.js'
import {Runs} from './runs.js'
import {plain} from './format.js'

/**
 * What components get of the page.
 * @typedef {{store: import('../store.js').Store, player: import('../play.js').Player, deeds: import('../deeds.js').Deeds}} Page
 */

/** @param {{app: Page, state: import('../store.js').State}} props */
export function App({app, state}) {
  const view = app.store.view()
  const pictures = picturesOf(app, state, view)
  useEffect(() => { document.title = state.title ? `${plain(state.title, 60)} – Raft cluster` : 'Raft cluster' }, [state.title])
  return html`<div class=${'app ' + state.width} data-live=${state.live}>
    <${Header} app=${app} state=${state} view=${view} />
    <${Notices} app=${app} state=${state} />
    <main><${Stage} app=${app} state=${state} view=${view} pictures=${pictures} /></main>
    <footer>
      ${view && pictures.invariants}
      <${Timeline} app=${app} state=${state} view=${view} />
    </footer>
    <${Dialogs} app=${app} state=${state} />
  </div>`
}

/** @param {{app: Page, state: import('../store.js').State, view: import('../store.js').View|null, pictures: Record<string, any>}} props */
function Stage({app, state, view, pictures}) {
  if (view) return html`<${Layout} app=${app} state=${state} view=${view} pictures=${pictures} />`
  if (state.foreign) return html`<${Foreign} state=${state} />`
  if (state.verdicts.length > 0) return html`<div class="foreign"><article><h2>The file has no run to play.</h2><${Runs} state=${state} /></article></div>`
  return html`<${Waiting} state=${state} />`
}

/** @param {{state: import('../store.js').State}} props */
function Waiting({state}) {
  const {link, history} = state
  const text = link.state === 'lost' ? link.text
    : history && link.state === 'live' ? 'The cluster has no events yet.' : 'The page is asking for the events of the cluster.'
  return html`<p class="waiting">${text}</p>`
}

/**
 * @param {{app: Page, state: import('../store.js').State, view: import('../store.js').View, pictures: Record<string, any>}} props
 */
function Layout({app, state, view, pictures}) {
  const side = html`<${Side} app=${app} state=${state} view=${view} />`
  const events = html`<${Events} app=${app} state=${state} view=${view} />`
  if (state.width === 'narrow') return html`<${Narrow} app=${app} state=${state} pictures=${pictures} side=${side} events=${events} />`
  const wide = state.width === 'wide'
  return html`<div class="columns">
    <div class="left"><div class="ring-place">${pictures.ring}</div>${wide ? events : side}</div>
    <div class="middle">
      <div class="logs-place">${pictures.logs}</div>
      <${Lower} app=${app} state=${state} pictures=${pictures} events=${wide ? null : events} />
    </div>
    ${wide && html`<div class="right">${side}</div>`}
  </div>`
}

/** @param {{app: Page, state: import('../store.js').State, pictures: Record<string, any>, events: any}} props */
function Lower({app, state, pictures, events}) {
  const tabs = [['spacetime', 'Space-time'], ['lane', 'Clients'], ['queues', 'Queues']]
  if (events) tabs.push(['events', 'Events'])
  const open = tabs.some(([id]) => id === state.lower) ? state.lower : 'spacetime'
  return html`<section class="lower" aria-label="Over time">
    <div class="lower-head">
      <${Tabs} label="Over time" tabs=${tabs} open=${open} choose=${(/** @type {string} */ lower) => app.store.set({lower})} controls="lower-panel" />
      ${(open === 'spacetime' || open === 'lane') && html`<${Zoom} app=${app} zoom=${state.zoom} />`}
    </div>
    <div class="tab-panel" id="lower-panel" role="tabpanel">${open === 'events' ? events : pictures[open]}</div>
  </section>`
}

const zooms = [10, 20, 40, 80, 160, 320, 640, 1280, 2560]

/** @param {{app: Page, zoom: number}} props how many events the pictures over time show */
function Zoom({app, zoom}) {
  const at = zooms.indexOf(zoom)
  const to = (/** @type {number} */ next) => app.store.set({zoom: zooms[next]})
  return html`<span class="zoom" role="group" aria-label="Zoom"><span class="muted">${zoom} events</span>
    <button class="quiet small" aria-label="Show fewer events" title="Fewer events" disabled=${at === 0} onClick=${() => to(at - 1)}>+</button>
    <button class="quiet small" aria-label="Show more events" title="More events" disabled=${at === zooms.length - 1} onClick=${() => to(at + 1)}>−</button></span>`
}

/** @param {{app: Page, state: import('../store.js').State, pictures: Record<string, any>, side: any, events: any}} props */
function Narrow({app, state, pictures, side, events}) {
  const tabs = [['cluster', 'Cluster'], ['logs', 'Logs'], ['time', 'Time'], ['events', 'Events'], ['details', 'Details']]
  const parts = /** @type {Record<string, any>} */ ({
    cluster: html`<div class="narrow-cluster"><div class="ring-place">${pictures.ring}</div>${hasSelection(state) && side}</div>`, logs: pictures.logs, events, details: side,
    time: html`<${Lower} app=${app} state=${state} pictures=${pictures} events=${null} />`,
  })
  return html`<div class="narrow-stage">
    <${Tabs} label="What to see" tabs=${tabs} open=${state.stage} choose=${(/** @type {string} */ stage) => app.store.set({stage})} controls="stage-panel" />
    <div class="tab-panel" id="stage-panel" role="tabpanel">${parts[state.stage]}</div>
  </div>`
}

/** @param {import('../store.js').State} state */
function hasSelection(state) { return Object.values(state.selected).some((v) => v !== null) }

/**
 * The pictures, each in its frame.
 * @param {Page} app
 * @param {import('../store.js').State} state
 * @param {import('../store.js').View|null} view
 * @returns {Record<string, any>}
 */
function picturesOf(app, state, view) {
  if (!view) return {}
  const {cluster, previous, changed, history} = view
  const options = {
    now: state.now, live: state.live, go: (/** @type {number} */ seq) => { app.player.stop(); app.store.go(seq) },
    axis: sharedAxis(history, state.seq, state.zoom), invariants: state.invariants, verdict: state.verdict,
    readonly: !app.deeds.allowed, act: app.deeds.allowed ? linkActions(app.deeds, () => history.at(history.last)) : null,
    dense: cluster.nodes.length > 13,
  }
  const select = (/** @type {Partial<import('../store.js').Selection>} */ what) => app.store.select({...nothing, ...what})
  const draw = (/** @type {any} */ part) => ({cluster, previous, changed, history, selection: state.selected, select, options, part})
  return {
    ring: html`<${Picture} name="ring" title="Nodes and messages" draw=${draw(Ring)} />`,
    logs: html`<${Picture} name="logs" title="Logs" draw=${draw(Logs)} />`,
    spacetime: html`<${Picture} key="spacetime" name="spacetime" title="Space-time" bare=${true} draw=${draw(SpaceTime)} />`,
    lane: html`<${Picture} key="lane" name="clients" title="Clients" bare=${true} draw=${draw(Lane)} />`,
    queues: html`<${Picture} key="queues" name="queues" title="Queues" bare=${true} draw=${draw(Queues)} />`,
    invariants: html`<${Picture} name="invariants" title="Guarantees" strip=${true} draw=${draw(Invariants)} />`,
  }
}
