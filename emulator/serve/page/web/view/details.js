// What is selected, in full; with nothing selected, the event that led to this moment.
import {html} from './html.js'
import {NodeDetails} from './detail_node.js'
import {MessageDetails} from './detail_message.js'
import {EntryDetails} from './detail_entry.js'
import {CallDetails} from './detail_call.js'
import {LinkDetails} from './detail_link.js'
import {EventDetails} from './detail_event.js'

/** @param {{app: import('./app.js').Page, state: import('../store.js').State, view: import('../store.js').View}} props */
export function Details({app, state, view}) {
  const s = state.selected
  const props = {app, state, view}
  return html`<div class="details">
    ${s.message !== null ? html`<${MessageDetails} ...${props} id=${s.message} />`
      : s.call !== null ? html`<${CallDetails} ...${props} seq=${s.call} />`
        : s.link !== null ? html`<${LinkDetails} ...${props} link=${s.link} />`
          : s.index !== null ? html`<${EntryDetails} ...${props} node=${s.node} index=${s.index} />`
            : s.node !== null && html`<${NodeDetails} ...${props} id=${s.node} />`}
    <${EventDetails} ...${props} />
  </div>`
}
