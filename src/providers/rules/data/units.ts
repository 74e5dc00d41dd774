/** Units of measure: how many of the base unit one is, and the words for it. */

/** `names[0]` is spoken for several, `names[1]` for one. */
interface Unit {
  readonly names: readonly string[]
  readonly factor: number
  /** Added after multiplying, for temperatures. */
  readonly offset?: number
}

const unit = (factor: number, names: string, offset?: number): Unit => ({
  names: names.split(', '),
  factor,
  ...(offset === undefined ? {} : { offset }),
})

/** Kind → its units. */
export const units: Readonly<Record<string, readonly Unit[]>> = {
  length: [
    unit(1, 'meters, meter, metres, metre, m'),
    unit(1000, 'kilometers, kilometer, kilometres, kilometre, km'),
    unit(0.01, 'centimeters, centimeter, centimetres, centimetre, cm'),
    unit(0.001, 'millimeters, millimeter, millimetres, millimetre, mm'),
    unit(1609.344, 'miles, mile'),
    unit(0.9144, 'yards, yard, yd'),
    unit(0.3048, 'feet, foot, ft'),
    unit(0.0254, 'inches, inch'),
    unit(1852, 'nautical miles, nautical mile'),
  ],
  weight: [
    unit(1, 'kilograms, kilogram, kilos, kilo, kg'),
    unit(0.001, 'grams, gram, grammes, g'),
    unit(1e-6, 'milligrams, milligram, mg'),
    unit(1000, 'tonnes, tonne, metric tons, metric ton'),
    unit(0.45359237, 'pounds, pound, lb, lbs'),
    unit(0.028349523125, 'ounces, ounce, oz'),
    unit(6.35029318, 'stone, stone, stones'),
    unit(907.18474, 'tons, ton'),
  ],
  volume: [
    unit(1, 'liters, liter, litres, litre, l'),
    unit(0.001, 'milliliters, milliliter, millilitres, millilitre, ml'),
    unit(3.785411784, 'gallons, gallon'),
    unit(0.946352946, 'quarts, quart'),
    unit(0.473176473, 'pints, pint'),
    unit(0.2365882365, 'cups, cup'),
    unit(0.0295735295625, 'fluid ounces, fluid ounce'),
    unit(0.01478676478125, 'tablespoons, tablespoon'),
    unit(0.00492892159375, 'teaspoons, teaspoon'),
    unit(1000, 'cubic meters, cubic meter, cubic metres, cubic metre'),
  ],
  temperature: [
    unit(1, 'degrees Celsius, degree Celsius, celsius, centigrade, degrees centigrade, degrees c, c', 273.15),
    unit(5 / 9, 'degrees Fahrenheit, degree Fahrenheit, fahrenheit, degrees f, f', 459.67 * (5 / 9)),
    unit(1, 'kelvin, kelvin, kelvins, degrees kelvin, k', 0),
  ],
  speed: [
    unit(1, 'meters per second, meter per second, metres per second'),
    unit(1 / 3.6, 'kilometers per hour, kilometer per hour, kilometres per hour, km per hour, kph, kmh'),
    unit(0.44704, 'miles per hour, mile per hour, mph'),
    unit(1852 / 3600, 'knots, knot'),
    unit(0.3048, 'feet per second, foot per second'),
  ],
  time: [
    unit(1, 'seconds, second, secs, sec'),
    unit(60, 'minutes, minute, mins, min'),
    unit(3600, 'hours, hour, hrs'),
    unit(86_400, 'days, day'),
    unit(604_800, 'weeks, week'),
    unit(31_557_600 / 12, 'months, month'),
    unit(31_557_600, 'years, year'),
    unit(0.001, 'milliseconds, millisecond'),
  ],
  area: [
    unit(1, 'square meters, square meter, square metres, square metre'),
    unit(1e6, 'square kilometers, square kilometer, square kilometres, square kilometre'),
    unit(10_000, 'hectares, hectare'),
    unit(4046.8564224, 'acres, acre'),
    unit(0.09290304, 'square feet, square foot'),
    unit(2_589_988.110336, 'square miles, square mile'),
  ],
  storage: [
    unit(1, 'bytes, byte'),
    unit(1000, 'kilobytes, kilobyte, kb'),
    unit(1e6, 'megabytes, megabyte, mb'),
    unit(1e9, 'gigabytes, gigabyte, gb'),
    unit(1e12, 'terabytes, terabyte, tb'),
  ],
}
