// Saves files: a picture as SVG with its styles written into it, or a text.

const properties = ['fill', 'fill-opacity', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-linecap', 'stroke-opacity', 'opacity',
  'font-family', 'font-size', 'font-weight', 'font-style', 'text-anchor', 'dominant-baseline', 'letter-spacing', 'paint-order', 'visibility', 'display']

/**
 * @param {string} name
 * @param {string} type
 * @param {string} text
 */
export function download(name, type, text) {
  const url = URL.createObjectURL(new Blob([text], {type}))
  const a = document.createElement('a')
  a.href = url
  a.download = name
  a.click()
  setTimeout(() => URL.revokeObjectURL(url), 10000)
}

/**
 * @param {Element} place what holds the picture
 * @param {string} name
 */
export function saveSVG(place, name) {
  const svg = place.querySelector('svg')
  if (svg) download(name + '.svg', 'image/svg+xml', svgText(/** @type {SVGElement} */ (svg)))
}

/**
 * The picture as a file that stands alone.
 * @param {SVGElement} svg
 */
export function svgText(svg) {
  const copy = /** @type {SVGElement} */ (svg.cloneNode(true))
  const from = [svg, ...svg.querySelectorAll('*')]
  const to = [copy, ...copy.querySelectorAll('*')]
  from.forEach((element, i) => {
    const style = getComputedStyle(element)
    const target = to[i]
    for (const name of ['tabindex', 'role', 'class', 'style']) target.removeAttribute(name)
    for (const p of properties) target.setAttribute(p, style.getPropertyValue(p))
  })
  const {width, height} = svg.getBoundingClientRect()
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  copy.setAttribute('width', String(Math.ceil(width)))
  copy.setAttribute('height', String(Math.ceil(height)))
  const back = document.createElementNS('http://www.w3.org/2000/svg', 'rect')
  for (const side of ['width', 'height']) back.setAttribute(side, '100%')
  back.setAttribute('fill', getComputedStyle(document.body).backgroundColor)
  copy.prepend(back)
  return new XMLSerializer().serializeToString(copy)
}
