// The nodes in a ring and the messages between them. Placeholder: a table.
import {html} from './html.js'
import {Term} from './chips.js'
import {nodeState} from './chips.js'

/** @param {any} props */
export function Ring({cluster, changed, selection, select}) {
  return html`<table class="plain"><thead><tr><th>node</th><th>state</th><th>term</th><th>vote</th><th>commit</th></tr></thead><tbody>
    ${cluster.nodes.map((/** @type {any} */ n) => html`<tr key=${n.id} class=${(selection.node === n.id ? 'chosen ' : '') + (changed && changed.nodes.has(n.id) ? 'changed' : '')}>
      <td><button class="quiet" onClick=${() => select({node: n.id})}>${n.id}</button></td>
      <td>${nodeState(n)}</td><td><${Term} term=${n.term} /></td><td>${n.votedFor ?? '–'}</td><td>${n.commit}</td></tr>`)}
  </tbody></table>
  <p>${[...cluster.messages.values()].flat().length} messages on their way</p>
  ${[...cluster.messages.values()].flat().slice(0, 8).map((/** @type {any} */ f) => html`<button class="quiet" onClick=${() => select({message: f.id})}>${f.from} → ${f.to} ${f.message.type}${f.held ? ' held' : ''}</button>`)}`
}
