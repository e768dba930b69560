// The frame of a picture: its heading, a button that saves it, and how much room it has.
import {html, useEffect, useLayoutEffect, useMemo, useRef, useState} from './html.js'
import {saveSVG} from './save.js'

/**
 * @param {{name: string, title: string, bare?: boolean, strip?: boolean, draw: any}} props
 *   bare: without heading, because a tab names it; strip: one low line
 */
export function Picture({name, title, bare, strip, draw}) {
  const place = useRef(/** @type {HTMLElement|null} */ (null))
  const timer = useRef(0)
  const [size, setSize] = useState({width: 0, height: 0})
  useLayoutEffect(() => {
    const element = /** @type {HTMLElement} */ (place.current)
    const measure = () => setSize((old) => {
      const {clientWidth: width, clientHeight: height} = element
      return old.width === width && old.height === height ? old : {width, height}
    })
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    measure()
    return () => observer.disconnect()
  }, [])
  useEffect(() => { if (place.current) reachable(place.current) }, [size, draw.options.invariants])
  useEffect(() => {
    // Measuring costs as much as drawing, so it is done now and then only.
    if (timer.current) return
    timer.current = window.setTimeout(() => {
      timer.current = 0
      if (place.current) reachable(place.current)
    }, 500)
  })
  const {part, ...rest} = draw
  const {options, cluster, previous, changed, selection} = rest
  // Drawing again costs; a picture whose inputs are the same stays.
  const picture = useMemo(() => size.width > 0 && html`<${part} ...${rest} size=${size} />`, [part, size, cluster, previous, changed, selection,
    options.axis.from, options.axis.to, options.invariants, options.verdict, options.readonly, name === 'ring' ? options.now : 0])
  const save = html`<button class="save" title=${`Save “${title}” as SVG`} aria-label=${`Save “${title}” as SVG`}
    onClick=${() => place.current && saveSVG(place.current, name)}>SVG</button>`
  return html`<section class=${'picture picture-' + name + (bare ? ' bare' : '') + (strip ? ' strip' : '')} aria-label=${title}>
    ${bare || strip ? !strip && save : html`<div class="picture-head"><h2>${title}</h2>${save}</div>`}
    <div class="picture-place" ref=${place}>${picture}</div>
  </section>`
}

/**
 * Lets the keyboard scroll a picture that has nothing in it to go to.
 * @param {HTMLElement} element
 */
function reachable(element) {
  const scrolls = element.scrollHeight > element.clientHeight + 1 || element.scrollWidth > element.clientWidth + 1
  if (scrolls && !element.querySelector('button, [tabindex]')) element.tabIndex = 0
  else element.removeAttribute('tabindex')
}
