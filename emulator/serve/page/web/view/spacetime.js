// Placeholder.
import {html} from './html.js'

/** @param {any} props */
export function SpaceTime(props) { return html`<p class="muted">${props.cluster.nodes.length} nodes</p>` }
