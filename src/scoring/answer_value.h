// An answer as a small typed value, so that comparing answers is comparing values, not strings.
//
// parse_answer() never fails: what it does not understand becomes `text`, nothing becomes `missing`.
// Numbers are exact rationals of any size up to 100,000 bits; a decimal keeps its digit count, and
// units, currency, percent signs and names ("x = 5") are kept apart from the number.
//
// Threading: immutable values, freely shared between threads. Cost: parsing is linear in the text
// (maths is read up to 8 KiB, more is text), copying is a reference count.
// Errors: none; nothing throws. Limits: nesting 64, 4096 nodes, 100,000 bits.
// Source: shared specification 6.2 and 6.3.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "scoring/answer_style.h"

namespace reckon {

enum class AnswerKind {
  missing,
  number,      // integer, fraction, decimal, percent, quantity with unit or currency
  expression,  // anything symbolic without an exact rational value
  tuple,       // ordered: (1, 2), [1, 2, 3]
  interval,    // [0, 1), (-oo, 3]; "(0, 1)" is a tuple, the same text means both
  set,         // {1, 2}; "1, 2" and "1 or 2"; \pm 3; a union of intervals
  matrix,
  equation,
  inequality,
  choice,
  yes_no,
  time,        // 12:00, 3:30 pm
  ratio,       // 1:2, 1:4:9
  text,
};
std::string_view to_string(AnswerKind kind);

namespace answer_detail {
struct AnswerData;
}

class AnswerValue {
 public:
  AnswerValue();  // missing
  explicit AnswerValue(std::shared_ptr<const answer_detail::AnswerData> data);

  AnswerKind kind() const;
  bool missing() const { return kind() == AnswerKind::missing; }
  // The answer as it was written, trimmed and without markdown or maths delimiters.
  const std::string& text() const;
  // kind() == number: the nearest double ("50%" gives 50). nullopt otherwise.
  std::optional<double> number() const;
  bool is_integer() const;
  // Digits after the point as written, -1 when it was not written as a decimal.
  int decimals() const;
  // "%", "$", "cm", ... or empty. Nouns that are no unit ("18 apples") are dropped.
  const std::string& unit() const;
  // "x" of "x = 5", or empty.
  const std::string& name() const;
  // kind() == choice: 'A'...; '\0' otherwise. kind() == yes_no: yes() tells which.
  char letter() const;
  bool yes() const;
  // Members of a tuple, set, matrix and so on.
  std::size_t size() const;

  const answer_detail::AnswerData& data() const { return *data_; }  // for src/scoring

 private:
  std::shared_ptr<const answer_detail::AnswerData> data_;
};

// Reads one answer, as extracted. The style decides ambiguous cases: a lone letter is a choice for
// choice questions, free text is never read as maths.
AnswerValue parse_answer(std::string_view text, const AnswerStyle& style = {});

}  // namespace reckon
