// How one process reward model wants to be asked: what stands around the question and the steps, and which two
// tokens its verdict is read from.
//
//   prompt       before the first step, with {question}
//   before_step  before each step
//   after_step   after it; the verdict is the next token's probability
//   after_read   what stands after the verdict's place when another step follows
//   good, bad    the two tokens
//   join_lines   true where a line break inside a step must become a space
//
// Control tokens written in these texts count; those in the question and the steps do not. Two families fit
// (their models' own code): a marker behind each step, whose own logits are read (Math-Shepherd), and a chat of
// one turn a step, where the assistant says + or - (RLHFlow). Models with a value head have no such token.
#pragma once

#include <string>

#include "base/status.h"

namespace reckon {

struct PrmContract {
  std::string prompt = "{question} ";
  std::string before_step;
  std::string after_step;
  std::string after_read;
  std::string good = "+";
  std::string bad = "-";
  bool join_lines = false;

  // A JSON object of these names. Errors: not_found; invalid_argument for what is none, lacks {question}, or
  // has a name that there is not.
  static Result<PrmContract> load(const std::string& path);
};

}  // namespace reckon
