// The colours of terms. They come from the palette of Okabe and Ito, which people with any
// kind of colour vision can tell apart, and stay the same in both themes. A term's number
// always stands beside its colour.

const fills = ['#8c8c8c', '#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#f0e442']
const inks = ['#000000', '#ffffff', '#000000', '#000000', '#000000', '#000000', '#000000', '#000000']

/**
 * The colour of a term's surface.
 * @param {number} term
 */
export function termFill(term) { return fills[term % fills.length] }

/**
 * The colour of text on a term's surface.
 * @param {number} term
 */
export function termInk(term) { return inks[term % inks.length] }
