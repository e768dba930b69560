// A node in full, and what one can do to it.
import {html, useState} from './html.js'
import {Act} from './act.js'
import {Facts, Heading, Select} from './facts.js'
import {Term, nodeState} from './chips.js'
import {BugChoice} from './bugs.js'
import {duration, plain} from './format.js'
import {crash, healNode, isolate, pause, restart, resume, skew, timeout} from '../source/api.js'

/** @param {{app: import('./app.js').Page, state: import('../store.js').State, view: import('../store.js').View, id: number}} props */
export function NodeDetails({app, state, view, id}) {
  const n = view.cluster.nodes[id]
  if (!n) return html`<${Heading} app=${app} text=${`Node ${id}`} /><p class="muted">There is no such node at this moment.</p>`
  const fields = (view.changed && view.changed.nodes.get(id)) || []
  const did = (/** @type {string[]} */ ...names) => names.some((name) => fields.includes(name))
  const url = state.meta && state.meta.nodes && state.meta.nodes[id] && state.meta.nodes[id].url
  const peer = (/** @type {number|null} */ other) => (other === null ? 'nobody' : html`<${Select} app=${app} what=${{node: other}}>node ${other}<//>`)
  return html`<${Heading} app=${app} text=${`Node ${id}`} />
    <${Facts} rows=${[
      ['State', nodeState(n), did('role', 'up', 'paused')],
      ['Term', html`<${Term} term=${n.term} />`, did('term')],
      ['Voted for', peer(n.votedFor), did('votedFor')],
      ['Leader it knows', peer(n.leader), did('leader')],
      n.votes && ['Votes', `${n.votes.join(', ')} (${n.votes.length} of ${majority(view)} needed)`, did('votes')],
      ['Log', html`${n.log.last ? html`up to <${Select} app=${app} what=${{node: id, index: n.log.last}}>${n.log.last}<//>, last term ${n.log.lastTerm}` : 'empty'}`, did('log')],
      ['Committed', n.commit, did('commit')],
      ['Applied', n.applied, did('applied')],
      n.stored && ['On its disk', `term ${n.stored.term}, log up to ${n.stored.index}`, did('stored')],
      ['Timer', n.timer ? `${n.timer.kind}, runs out in ${duration(Math.max(n.timer.at - state.now, 0))}` : 'none', did('timer')],
      n.skew !== 1 && ['Skew', '×' + n.skew, did('skew')],
      n.bug && ['Bug', n.bug, did('bug')],
      ['Cut off from', cutWords(view.cluster, id)],
      ['Links', html`<span class="ids">${view.cluster.nodes.slice(0, 101).map((o) => o.id !== id && html`<${Select} app=${app} what=${{link: `${id}>${o.id}`}}>${o.id}<//> `)}</span>`],
      url && ['Address', html`<span class="mono">${url}</span>`],
    ]} />
    ${n.next && n.role === 'Leader' && html`<${Progress} app=${app} node=${n} changed=${did('next', 'match')} />`}
    ${app.deeds.allowed && html`<${NodeActions} app=${app} state=${state} view=${view} id=${id} />`}`
}

/** @param {import('../store.js').View} view */
function majority(view) { return Math.floor(view.cluster.nodes.length / 2) + 1 }

/**
 * @param {import('../model/cluster.js').Cluster} cluster
 * @param {number} id
 */
function cutWords(cluster, id) {
  const words = []
  for (const n of cluster.nodes) {
    const out = cluster.cuts.has(`${id}>${n.id}`)
    const back = cluster.cuts.has(`${n.id}>${id}`)
    if (out || back) words.push(out && back ? `${n.id}` : out ? `${n.id} (to it only)` : `${n.id} (from it only)`)
  }
  return words.length ? plain(words.join(', '), 120) : 'nobody'
}

/** @param {{app: import('./app.js').Page, node: import('../model/types.js').Node, changed: boolean}} props */
function Progress({app, node, changed}) {
  const next = node.next || []
  const match = node.match || []
  return html`<table class=${'progress' + (changed ? ' changed' : '')}><caption>What the leader knows of the others</caption>
    <thead><tr><th scope="col">Node</th><th scope="col">nextIndex</th><th scope="col">matchIndex</th></tr></thead>
    <tbody>${next.map((n, i) => i !== node.id && html`<tr key=${i}><td><${Select} app=${app} what=${{node: i}}>${i}<//></td><td class="number">${n}</td><td class="number">${match[i]}</td></tr>`)}</tbody></table>`
}

/** @param {{app: import('./app.js').Page, state: import('../store.js').State, view: import('../store.js').View, id: number}} props */
function NodeActions({app, state, view, id}) {
  const [wipe, setWipe] = useState(false)
  const [factor, setFactor] = useState('2')
  const n = view.history.at(view.history.last).nodes[id]
  if (!n) return null
  return html`<div class="acts" role="group" aria-label=${`What to do to node ${id}`}>
    ${!state.live && html`<p class="muted">These act on the cluster as it is now.</p>`}
    <div class="row">
      ${n.up ? html`<${Act} app=${app} action=${crash(id, wipe)} label="Crash" danger=${true} />` : html`<${Act} app=${app} action=${restart(id)} label="Restart" strong=${true} />`}
      ${n.paused ? html`<${Act} app=${app} action=${resume(id)} label="Resume" strong=${true} />` : html`<${Act} app=${app} action=${pause(id)} label="Pause" disabled=${!n.up} />`}
      <${Act} app=${app} action=${timeout(id)} label="Time out" disabled=${!n.up || n.paused || n.role === 'Leader'} />
      <${Act} app=${app} action=${isolate(id)} label="Isolate" />
      <${Act} app=${app} action=${healNode(id)} label="Heal" />
    </div>
    ${n.up && html`<label class="check"><input type="checkbox" checked=${wipe} onChange=${(/** @type {any} */ e) => setWipe(e.target.checked)} /> the crash wipes its disk</label>`}
    <div class="row"><label class="inline"><span>Timers take</span> <input type="number" min="0.001" max="1000" step="any" value=${factor} onInput=${(/** @type {any} */ e) => setFactor(e.target.value)} /> <span>times as long</span></label>
      <${Act} app=${app} action=${skew(id, Number(factor) || 1)} label="Skew" /></div>
    <${BugChoice} app=${app} node=${id} planted=${n.bug} />
  </div>`
}
