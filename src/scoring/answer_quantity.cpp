#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "scoring/answer_data.h"
#include "scoring/answer_evaluate.h"
#include "scoring/answer_text.h"

namespace reckon::answer_detail {
namespace {

struct UnitName {
  std::string_view canonical;
  std::string_view names;  // separated by commas
};
constexpr std::array<UnitName, 46> kUnits{{
    {"$", "$,dollar,dollars,usd,us$,bucks"}, {"¢", "¢,cent,cents"}, {"€", "€,euro,euros,eur"},
    {"£", "£,pounds sterling,gbp"}, {"¥", "¥,yen,yuan,jpy,rmb"}, {"₹", "₹,rupee,rupees,inr"}, {"%", "%,percent,per cent"},
    {"mm", "mm,millimeter,millimeters,millimetre,millimetres"}, {"cm", "cm,centimeter,centimeters,centimetre,centimetres"},
    {"m", "m,meter,meters,metre,metres"}, {"km", "km,kilometer,kilometers,kilometre,kilometres"},
    {"in", "in,inch,inches"}, {"ft", "ft,foot,feet"}, {"yd", "yd,yard,yards"}, {"mi", "mi,mile,miles"},
    {"mm^2", "square millimeters,sq mm"}, {"cm^2", "square centimeters,square centimeter,square cm,sq cm"},
    {"m^2", "square meters,square meter,square metres,sq m,square m"}, {"km^2", "square kilometers,square km,sq km"},
    {"in^2", "square inches,square inch,sq in"}, {"ft^2", "square feet,square foot,sq ft"}, {"mi^2", "square miles,square mile"},
    {"cm^3", "cubic centimeters,cubic centimeter,cubic cm,cc"}, {"m^3", "cubic meters,cubic meter"},
    {"in^3", "cubic inches,cubic inch"}, {"ft^3", "cubic feet,cubic foot"},
    {"mg", "mg,milligram,milligrams"}, {"g", "g,gram,grams"}, {"kg", "kg,kilogram,kilograms,kilos"},
    {"lb", "lb,lbs,pound,pounds"}, {"oz", "oz,ounce,ounces"}, {"t", "ton,tons,tonnes"},
    {"ml", "ml,milliliter,milliliters,millilitres"}, {"l", "l,liter,liters,litre,litres"}, {"gal", "gallon,gallons"},
    {"s", "s,sec,secs,second,seconds"}, {"min", "min,mins,minute,minutes"}, {"h", "h,hr,hrs,hour,hours"},
    {"d", "day,days"}, {"week", "week,weeks"}, {"month", "month,months"}, {"year", "year,years,yr,yrs"},
    {"mph", "mph,miles per hour,miles/hour,mi/h"}, {"km/h", "km/h,kph,kmh,kilometers per hour"},
    {"m/s", "m/s,meters per second"}, {"rad", "rad,radian,radians"}}};

// Words that make what follows a number something else than a noun. "of" may come later.
constexpr std::array<std::string_view, 16> kNotNouns{"and", "or", "plus", "minus", "times", "over", "to", "by",
                                                     "of", "out", "x", "if", "is", "divided", "mod", "pi"};
constexpr std::array<std::pair<std::string_view, unsigned>, 5> kMultipliers{
    {{"hundred", 2}, {"thousand", 3}, {"million", 6}, {"billion", 9}, {"trillion", 12}}};
constexpr std::array<std::string_view, 10> kApproximations{"about", "approximately", "approx.", "approx", "around",
                                                          "roughly", "\\approx", "exactly", "only", "a total of"};

struct Tail {
  std::string_view core;  // what is left of the text
  std::string unit;
  unsigned zeros = 0;     // of "million"
};

// Degree signs are dropped, so "90^\circ" and "90 degrees" are 90.
bool is_degree_word(std::string_view word) { return word == "degrees" || word == "degree" || word == "deg"; }

bool is_noun_phrase(const std::vector<std::string>& words) {
  if (words.empty() || words.size() > 8) return false;
  if (words[0].size() < 3 || std::find(kNotNouns.begin(), kNotNouns.end(), words[0]) != kNotNouns.end()) return false;
  return std::all_of(words.begin(), words.end(), [](const std::string& word) {
    return std::all_of(word.begin(), word.end(), [](char c) {
      return is_letter(c) || c == '\'' || c == '-' || c == '/' || c == '.' || static_cast<unsigned char>(c) >= 0x80;
    });
  });
}

std::optional<std::string> noun_or_unit(std::vector<std::string> words) {
  if (const auto unit = canonical_unit(join(words, " ")); !unit.empty()) return std::string(unit);
  if (is_degree_word(words[0]) || (words[0] == "in" && words.size() > 1)) return std::string();  // "in total" is no inch
  // "dollars per day", "hours a week"; longest unit name first ("miles per hour today").
  for (std::size_t count = std::min<std::size_t>(3, words.size() - 1); count > 0; --count) {
    const auto head = join(std::span(words).first(count), " ");
    const auto unit = canonical_unit(head);
    if (!unit.empty() && (words[0].size() > 1 || unit == "$") && is_noun_phrase({words.begin() + static_cast<std::ptrdiff_t>(count), words.end()})) {
      return std::string(unit);
    }
    if (!unit.empty() && words[0].size() > 1 && (words[count] == "a" || words[count] == "of" || words[count] == "in")) return std::string(unit);
  }
  if (is_noun_phrase(words)) return std::string();
  return std::nullopt;
}

// "5 cm^2", "5 cm2", "5 cm^{2}": a unit raised to 2 or 3.
std::optional<Tail> split_raised_unit(std::string_view text) {
  for (const std::string_view end : {std::string_view("^2"), std::string_view("^{2}"), std::string_view("^3"), std::string_view("^{3}")}) {
    if (!text.ends_with(end)) continue;
    auto rest = trim(text.substr(0, text.size() - end.size()));
    std::size_t begin = rest.size();
    while (begin > 0 && is_letter(rest[begin - 1])) --begin;
    const auto word = to_lower(rest.substr(begin));
    const auto unit = canonical_unit(word);
    const bool apart = begin > 0 && (is_space(rest[begin - 1]) || word.size() > 1);
    if (unit.empty() || !is_letter(word[0]) || !apart) return std::nullopt;
    const char power = end.find('2') != std::string_view::npos ? '2' : '3';
    return Tail{trim(rest.substr(0, begin)), std::string(unit) + '^' + power, 0};
  }
  return std::nullopt;
}

// Takes the words, unit or percent sign after a number off. Without any the core is the whole text.
Tail split_tail(std::string_view text) {
  if (auto raised = split_raised_unit(text)) return *raised;
  // The last character that can end a number; words follow it.
  const auto last = text.find_last_of("0123456789)}!]");
  if (last == std::string_view::npos || last + 1 == text.size()) return {text, {}, 0};
  const auto core = text.substr(0, last + 1);
  auto rest = text.substr(last + 1);
  if (rest.front() == '.') rest.remove_prefix(1);  // "3. apples" after a lost digit
  const bool apart = !rest.empty() && is_space(rest.front());
  auto words = split(to_lower(collapse_spaces(rest)), ' ');
  if (words.empty() || words[0].empty()) return {text, {}, 0};
  // "3x" and "2m" are products; "18cm", "5%" and "5th" are not.
  const bool glued_word = words[0].size() > 1 || !is_letter(words[0][0]);
  if (!apart && !(glued_word && (!canonical_unit(words[0]).empty() || words[0] == "th" || words[0] == "st" || words[0] == "nd" || words[0] == "rd"))) {
    return {text, {}, 0};
  }
  if (!apart && words[0].size() == 2 && words[0].find_first_of("tsnr") == 0 && canonical_unit(words[0]).empty()) return {core, {}, 0};
  unsigned zeros = 0;
  for (const auto& [name, count] : kMultipliers) {
    if (words[0] == name) {
      zeros = count;
      words.erase(words.begin());
      break;
    }
  }
  if (words.empty()) return {core, {}, zeros};
  if (auto unit = noun_or_unit(std::move(words))) return {core, *unit, zeros};
  return {text, {}, 0};
}

std::string_view strip_approximation(std::string_view text) {
  for (const auto word : kApproximations) {
    if (starts_with_lower(text, word)) {
      const auto rest = text.substr(word.size());
      if (!rest.empty() && (is_space(rest.front()) || is_digit(rest.front()))) return trim(rest);
    }
  }
  return text;
}

// "12 (twelve)", "18 dollars (rounded)": a remark in words behind the number.
std::string_view strip_remark(std::string_view text) {
  const auto open = text.rfind(" (");
  if (open == std::string_view::npos || text.back() != ')') return text;
  const auto words = text.substr(open + 2, text.size() - open - 3);
  const bool prose = words.size() >= 3 && std::all_of(words.begin(), words.end(), [](char c) { return is_letter(c) || c == ' ' || c == '-'; });
  return prose ? trim(text.substr(0, open)) : text;
}

struct Currency {
  std::string_view rest;
  std::string unit;
  bool negative = false;
};

// "-$5", "$-5", "US$5". Signs stay with the number otherwise.
Currency split_currency(std::string_view text) {
  Currency result{text, {}, false};
  auto rest = text;
  bool negative = false;
  if (rest.starts_with('-')) {
    negative = true;
    rest = trim(rest.substr(1));
  }
  for (const std::string_view mark : {"US$", "USD", "$", "€", "£", "¥", "₹"}) {
    if (!rest.starts_with(mark)) continue;
    result.unit = canonical_unit(to_lower(mark));
    result.rest = trim(rest.substr(mark.size()));
    result.negative = negative;
    break;
  }
  return result;
}

std::string remove_thousands(std::string_view text) {
  std::string out;
  int depth = 0;  // inside brackets a comma separates: (1,234) is a pair
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '(' || text[i] == '[') ++depth;
    if (text[i] == ')' || text[i] == ']') --depth;
    if (depth == 0 && text[i] == ',' && is_thousands_comma(text, i)) continue;
    out += text[i];
  }
  return out;
}

// The value of the core: a plain literal, else a formula, exact (number) or not (expression).
bool read_core(std::string_view core, AnswerData& data) {
  const std::string plain = remove_thousands(core);
  std::string_view digits = trim(plain);
  const bool negative = digits.starts_with('-');
  if (negative || digits.starts_with('+')) digits = trim(digits.substr(1));
  if (const auto decimal = parse_decimal(digits)) {
    data.number = negative ? Rational(-decimal->value) : decimal->value;
    data.decimals = decimal->decimals;
    return true;
  }
  if (plain.find_first_of("0123456789\\+-*/^|(") == std::string::npos) return false;  // words
  data.expression = parse_expression(plain);
  if (!data.expression) return false;
  if (const auto value = evaluate_exact(*data.expression)) {
    data.number = *value;
  } else {
    data.kind = AnswerKind::expression;
  }
  return true;
}

}  // namespace

std::string_view canonical_unit(std::string_view word) {
  for (const auto& unit : kUnits) {
    std::size_t begin = 0;
    while (begin <= unit.names.size()) {
      const auto end = std::min(unit.names.find(',', begin), unit.names.size());
      if (unit.names.substr(begin, end - begin) == word) return unit.canonical;
      begin = end + 1;
    }
  }
  return {};
}

bool is_thousands_comma(std::string_view text, std::size_t comma) {
  // One to three digits before, back to the start of the number or to another thousands comma.
  std::size_t before = 0;
  while (before < 4 && before < comma && is_digit(text[comma - before - 1])) ++before;
  if (before == 0 || before > 3) return false;
  if (comma > before && text[comma - before - 1] == ',' && before != 3) return false;
  if (comma > before && text[comma - before - 1] == '.') return false;
  std::size_t after = 0;
  while (after < 4 && comma + 1 + after < text.size() && is_digit(text[comma + 1 + after])) ++after;
  return after == 3;
}

std::optional<AnswerData> parse_quantity(std::string_view text) {
  text = strip_remark(strip_approximation(text));
  const auto currency = split_currency(text);
  const auto tail = split_tail(trim(currency.rest));
  AnswerData data;
  data.kind = AnswerKind::number;
  if (!read_core(tail.core, data)) return std::nullopt;
  if (data.kind == AnswerKind::expression) {
    // "-$\sqrt2" or "2x million" would need more than marks on a number.
    if (tail.zeros > 0 || currency.negative) return std::nullopt;
  } else if (tail.zeros > 0) {
    data.number *= Rational(boost::multiprecision::pow(Integer(10), tail.zeros));
    data.decimals = -1;
  }
  if (currency.negative) data.number = -data.number;
  data.unit = currency.unit.empty() ? tail.unit : currency.unit;
  return data;
}

}  // namespace reckon::answer_detail
