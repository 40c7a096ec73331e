/**
 * Months by name or by the start of it, in English, German, French, Spanish, Portuguese, Italian and Dutch, and as
 * the Nordic languages spell them. Keys are lower-case and without the point of an abbreviation.
 */
const names: readonly string[] = [
  `january jan januar jänner jaenner jän jaen janvier janv enero ene janeiro gennaio gen genn januari`,
  `february feb februar feber febr febrero février fevrier févr fevr fév fevereiro fev febbraio febb februari`,
  `march mar märz maerz mär maer mrz mars marzo março marco maart mrt marts`,
  `april apr avril avr abril abr aprile`,
  `may mai mayo maio maggio magg mag mei maj`,
  `june jun juni juin junio junho giugno giu`,
  `july jul juli juillet juil juill julio julho luglio lug`,
  `august aug août aout agosto ago agos augustus augusti`,
  `september sep sept septembre septiembre setiembre setembro set settembre sett`,
  `october oct oktober okt octobre octubre outubro out ottobre ott`,
  `november nov novembre noviembre novembro`,
  `december dec dezember dez décembre decembre déc diciembre dic dezembro dicembre desember des`,
]

/** 1 to 12 by name. */
export const monthNames: ReadonlyMap<string, number> = new Map(
  names.flatMap((line, index) =>
    line.split(' ').map((name): [string, number] => [name, index + 1]),
  ),
)
