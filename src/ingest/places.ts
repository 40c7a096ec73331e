import { countries } from 'countries-list'
import iso from 'i18n-iso-countries'
import german from 'i18n-iso-countries/langs/de.json' with { type: 'json' }
import english from 'i18n-iso-countries/langs/en.json' with { type: 'json' }
import spanish from 'i18n-iso-countries/langs/es.json' with { type: 'json' }
import french from 'i18n-iso-countries/langs/fr.json' with { type: 'json' }
import italian from 'i18n-iso-countries/langs/it.json' with { type: 'json' }
import dutch from 'i18n-iso-countries/langs/nl.json' with { type: 'json' }
import portuguese from 'i18n-iso-countries/langs/pt.json' with { type: 'json' }
import { unknownName } from '../model/star.ts'

/** A place as the star keeps it. */
export interface Place {
  readonly region_name: string
  readonly level: 'continent' | 'country' | 'subdivision' | 'other'
  readonly country_code: string | null
  readonly subdivision_code: string | null
  readonly country: string
  readonly continent: string
}

const continentNames: Readonly<Record<string, string>> = {
  AF: 'Africa',
  AN: 'Antarctica',
  AS: 'Asia',
  EU: 'Europe',
  NA: 'North America',
  OC: 'Oceania',
  SA: 'South America',
}

/** Names that shops use and that no list of countries has. */
const usualNames: Readonly<Record<string, string>> = {
  eire: 'IE',
  'republic of ireland': 'IE',
  uk: 'GB',
  'great britain': 'GB',
  britain: 'GB',
  england: 'GB',
  scotland: 'GB',
  wales: 'GB',
  'northern ireland': 'GB',
  usa: 'US',
  'u.s.a.': 'US',
  'u.s.': 'US',
  'united states': 'US',
  america: 'US',
  rsa: 'ZA',
  uae: 'AE',
  holland: 'NL',
  'czech republic': 'CZ',
  'south korea': 'KR',
  korea: 'KR',
  russia: 'RU',
  vietnam: 'VN',
  'hong kong': 'HK',
  taiwan: 'TW',
  turkey: 'TR',
}

const languages = {
  en: english,
  de: german,
  fr: french,
  es: spanish,
  it: italian,
  nl: dutch,
  pt: portuguese,
}
let known: ReadonlyMap<string, string> | null = null

/** The codes by the names in all languages, made when the first name is looked up: many files hold none. */
function codesByName(): ReadonlyMap<string, string> {
  if (known) return known
  const codes = new Map<string, string>()
  for (const [language, data] of Object.entries(languages)) {
    iso.registerLocale(data)
    for (const [code, name] of Object.entries(iso.getNames(language, { select: 'all' }))) {
      for (const one of Array.isArray(name) ? name : [name]) {
        const key = normal(one)
        if (!codes.has(key)) codes.set(key, code)
      }
    }
  }
  for (const [name, code] of Object.entries(usualNames)) codes.set(normal(name), code)
  known = codes
  return codes
}

const blank = new Set(['', 'unknown', 'unspecified', 'n a', 'na', 'none', 'null', 'other'])

function normal(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase()
    .replace(/&/g, 'and')
    .replace(/[^\p{Letter}\p{Number}]+/gu, ' ')
    .trim()
}

/** ISO 3166-1 alpha-2 of a country's name in seven languages, its two or three letter code, or null. */
export function countryCode(text: string): string | null {
  const trimmed = text.trim()
  if (
    /^[A-Za-z]{2}$/.test(trimmed) &&
    iso.isValid(trimmed.toUpperCase()) &&
    trimmed === trimmed.toUpperCase()
  ) {
    return trimmed.toUpperCase()
  }
  if (/^[A-Z]{3}$/.test(trimmed))
    return iso.alpha3ToAlpha2(trimmed) ?? codesByName().get(normal(trimmed)) ?? null
  return codesByName().get(normal(trimmed)) ?? null
}

/** The place that a source's words mean; null when they say nothing. */
export function placeOf(parts: {
  readonly country?: string | null
  readonly subdivision?: string | null
  readonly region?: string | null
}): Place | null {
  const said = (text: string | null | undefined) =>
    text && !blank.has(normal(text)) ? text.trim() : null
  const subdivision = said(parts.subdivision)
  const region = said(parts.region)
  const code =
    countryCode(said(parts.country) ?? '') ??
    (said(parts.country) ? null : countryCode(region ?? ''))
  if (code) {
    const country = englishName(code)
    const continent = continentOf(code)
    const base = { country_code: code, country, continent }
    if (!subdivision)
      return { ...base, region_name: country, level: 'country', subdivision_code: null }
    const subdivision_code = /^[A-Z0-9]{1,3}$/.test(subdivision) ? subdivision : null
    return {
      ...base,
      region_name: `${country} / ${subdivision}`,
      level: 'subdivision',
      subdivision_code,
    }
  }
  const name = [said(parts.country) ?? region, subdivision].filter(Boolean).join(' / ')
  if (!name) return null
  const continent = Object.values(continentNames).find((one) => normal(one) === normal(name))
  return {
    region_name: continent ?? name,
    level: continent ? 'continent' : 'other',
    country_code: null,
    subdivision_code: null,
    country: unknownName,
    continent: continent ?? unknownName,
  }
}

function englishName(code: string): string {
  // A code needs no list to be told; its name does.
  codesByName()
  return iso.getName(code, 'en') ?? code
}

function continentOf(code: string): string {
  const entry = (countries as Readonly<Record<string, { continent: string }>>)[code]
  return (entry && continentNames[entry.continent]) || unknownName
}
