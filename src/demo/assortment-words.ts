/** What the demo shop sells: categories, their seasons and the words its product names are made of. */

export interface Category {
  readonly name: string
  /** Two letters at the head of every SKU. */
  readonly prefix: string
  /** Share of the price that the goods cost, in percent. */
  readonly costPercent: number
  /** Order lines that come back, in percent. */
  readonly returnPercent: number
  /** January to December, 1 is the year's mean. */
  readonly season: readonly number[]
  /** Written before each product; books are titles: `The Quiet Harbour`. */
  readonly article?: 'The'
  readonly styles: readonly string[]
  /** What it is, with a typical price in euros. */
  readonly things: readonly (readonly [name: string, price: number])[]
}

const even = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
const indoor = [1.1, 1.05, 1, 0.95, 0.9, 0.85, 0.8, 0.9, 1, 1.1, 1.2, 1.15]
const outdoor = [0.3, 0.5, 1.1, 1.7, 2, 1.9, 1.6, 1.1, 0.8, 0.5, 0.3, 0.25]
const gifts = [0.6, 0.65, 0.75, 0.8, 0.8, 0.8, 0.8, 0.85, 0.95, 1.1, 1.7, 2.3]

export const categories: readonly Category[] = [
  {
    name: 'Lighting',
    prefix: 'LI',
    costPercent: 48,
    returnPercent: 5,
    season: indoor,
    styles: words(
      'Walnut Oak Brass Copper Linen Rattan Smoked-glass Matt-black Ceramic Concrete Bamboo Birch Frosted Ivory Marble Bronze Paper Opal Graphite Terracotta',
    ),
    things: [
      ['desk lamp', 49],
      ['floor lamp', 119],
      ['table lamp', 59],
      ['pendant light', 89],
      ['wall light', 54],
      ['ceiling light', 99],
      ['reading lamp', 44],
      ['night light', 19],
      ['string lights', 24],
      ['lantern', 29],
      ['chandelier', 249],
      ['picture light', 39],
    ],
  },
  {
    name: 'Furniture',
    prefix: 'FU',
    costPercent: 55,
    returnPercent: 6,
    season: even,
    styles: words(
      'Walnut Oak Ash Beech Pine Teak Birch Maple Acacia Bamboo White Black Natural Sand Sage Slate Nordic Loft Vintage Compact',
    ),
    things: [
      ['side table', 89],
      ['bookshelf', 149],
      ['dining chair', 119],
      ['armchair', 329],
      ['coffee table', 179],
      ['sideboard', 399],
      ['stool', 69],
      ['bench', 139],
      ['wardrobe', 499],
      ['bed frame', 449],
      ['desk', 289],
      ['coat rack', 59],
    ],
  },
  {
    name: 'Kitchen',
    prefix: 'KI',
    costPercent: 50,
    returnPercent: 4,
    season: gifts,
    styles: words(
      'Classic Nordic Copper Steel Enamel Stone Sage Ivory Black Blue Professional Everyday Compact Family Bistro Rustic Studio Olive Cream Graphite',
    ),
    things: [
      ["chef's knife", 59],
      ['frying pan', 44],
      ['saucepan', 49],
      ['cutting board', 29],
      ['salad bowl', 27],
      ['coffee maker', 69],
      ['teapot', 34],
      ['kettle', 54],
      ['storage jar', 16],
      ['baking tray', 19],
      ['dinner plate set', 64],
      ['apron', 24],
    ],
  },
  {
    name: 'Home textiles',
    prefix: 'TX',
    costPercent: 45,
    returnPercent: 7,
    season: indoor,
    styles: words(
      'Linen Cotton Wool Waffle Striped Checked Sage Navy Sand Terracotta Ivory Charcoal Rust Olive Indigo Rose Mustard Forest Pearl Stonewashed',
    ),
    things: [
      ['bed linen set', 79],
      ['cushion cover', 19],
      ['throw blanket', 49],
      ['bath towel', 22],
      ['curtain', 45],
      ['rug', 139],
      ['tablecloth', 34],
      ['duvet cover', 69],
      ['pillowcase', 17],
      ['bath mat', 24],
      ['tea towel set', 18],
      ['bedspread', 89],
    ],
  },
  {
    name: 'Electronics',
    prefix: 'EL',
    costPercent: 68,
    returnPercent: 8,
    season: gifts,
    styles: words(
      'Aero Pulse Nova Lumen Orbit Vertex Sonic Apex Halo Zephyr Onyx Flux Atlas Quartz Ember Stratos Vela Tempo Cirrus Polar',
    ),
    things: [
      ['wireless headphones', 129],
      ['Bluetooth speaker', 79],
      ['power bank', 39],
      ['USB-C charger', 29],
      ['smart plug', 19],
      ['webcam', 69],
      ['mechanical keyboard', 99],
      ['wireless mouse', 45],
      ['monitor', 279],
      ['tablet stand', 34],
      ['fitness tracker', 89],
      ['e-reader', 139],
    ],
  },
  {
    name: 'Books',
    prefix: 'BO',
    costPercent: 60,
    returnPercent: 3,
    season: gifts,
    article: 'The',
    styles: words(
      'Quiet Last Hidden Silver Long Forgotten Northern Little Distant Golden Second Paper Midnight Open Wild Invisible Old Glass Blue Secret',
    ),
    things: [
      ['Harbour', 16],
      ['Garden', 22],
      ['Winter', 14],
      ['Lighthouse', 18],
      ['Orchard', 19],
      ['River', 15],
      ['Island', 17],
      ['Letter', 12],
      ['Mountain', 24],
      ['Clockmaker', 18],
      ['Bakery', 26],
      ['Map', 29],
    ],
  },
  {
    name: 'Garden',
    prefix: 'GA',
    costPercent: 50,
    returnPercent: 4,
    season: outdoor,
    styles: words(
      'Heritage Cottage Balcony Patio Meadow Coastal Classic Compact Large Evergreen Rustic Sage Graphite Sand Moss Orchard Woodland Terrace Sunny Weatherproof',
    ),
    things: [
      ['raised bed', 79],
      ['watering can', 27],
      ['parasol', 119],
      ['garden chair', 89],
      ['planter', 34],
      ['fire bowl', 149],
      ['hammock', 69],
      ['bird feeder', 24],
      ['hose set', 49],
      ['pruning shears', 29],
      ['solar lantern', 22],
      ['potting bench', 139],
    ],
  },
  {
    name: 'Toys',
    prefix: 'TO',
    costPercent: 52,
    returnPercent: 4,
    season: gifts,
    styles: words(
      'Wooden Rainbow Pastel Little Jungle Ocean Space Farm Forest Safari Pirate Dinosaur Circus Arctic Castle City Fairy Magic Sunny Classic',
    ),
    things: [
      ['building blocks', 34],
      ['train set', 59],
      ['plush bear', 24],
      ['puzzle', 17],
      ['board game', 32],
      ['play kitchen', 119],
      ["doll's house", 99],
      ['kite', 19],
      ['craft kit', 22],
      ['marble run', 45],
      ['ride-on car', 69],
      ['memory game', 14],
    ],
  },
  {
    name: 'Sports',
    prefix: 'SP',
    costPercent: 50,
    returnPercent: 7,
    season: [1.3, 1.05, 1.05, 1.1, 1.15, 1.15, 1.1, 1, 0.9, 0.75, 0.7, 0.75],
    styles: words(
      'Trail Summit Alpine Coast Sprint Endurance Urban Pro Light Active Flow Rapid Ridge Glacier Tempo Explorer Compact Terra Aqua Nomad',
    ),
    things: [
      ['yoga mat', 39],
      ['dumbbell set', 79],
      ['running belt', 22],
      ['water bottle', 19],
      ['backpack', 69],
      ['sleeping bag', 99],
      ['cycling helmet', 64],
      ['foam roller', 27],
      ['jump rope', 14],
      ['tent', 189],
      ['hiking poles', 54],
      ['swim goggles', 18],
    ],
  },
  {
    name: 'Beauty',
    prefix: 'BE',
    costPercent: 35,
    returnPercent: 3,
    season: even,
    styles: words(
      'Lavender Rose Cedarwood Citrus Almond Olive Sea-salt Vanilla Jasmine Mint Honey Fig Sandalwood Rosemary Green-tea Coconut Bergamot Chamomile Oat Verbena',
    ),
    things: [
      ['hand cream', 12],
      ['body lotion', 16],
      ['shampoo bar', 9],
      ['bath salts', 14],
      ['face oil', 27],
      ['scented candle', 22],
      ['soap set', 15],
      ['hair mask', 18],
      ['shaving cream', 13],
      ['lip balm', 6],
      ['room diffuser', 29],
      ['perfume', 64],
    ],
  },
]

/** The category of a product, which holds its index. */
export function categoryOf(index: number): Category {
  const category = categories[index]
  if (!category) throw new Error(`no category ${index}`)
  return category
}

/** Words that belong together are joined by a hyphen in the list: `Sea-salt` is `Sea salt`. */
function words(list: string): readonly string[] {
  return list.split(' ').map((word) => word.replace('-', ' '))
}
