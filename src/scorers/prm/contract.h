// How one process reward model wants to be asked: what stands around the question and the steps, and what its
// verdict is read from: two tokens, or a value head.
//
//   prompt       before the first step, with {question}
//   before_step  before each step
//   after_step   after it; the verdict is the next token's probability
//   after_read   what stands after the verdict's place when another step follows
//   good, bad    the two tokens
//   head         in place of the two tokens: {"file": a safetensors file, "layers": [names of its linear layers]},
//                which reads the state of the last token of after_step (value_head.h); a path is the contract's
//                neighbour
//   join_lines   true where a line break inside a step must become a space
//
// Control tokens written in these texts count; those in the question and the steps do not. Three families fit
// (their models' own code): a marker behind each step, whose own logits are read (Math-Shepherd), a chat of
// one turn a step, where the assistant says + or - (RLHFlow), and a marker whose state a head reads (Skywork,
// Qwen2.5-Math-PRM).
#pragma once

#include <optional>
#include <string>

#include "base/status.h"
#include "scoring/value_head.h"

namespace reckon {

struct PrmContract {
  std::string prompt = "{question} ";
  std::string before_step;
  std::string after_step;
  std::string after_read;
  std::string good = "+";
  std::string bad = "-";
  std::optional<ValueHead> head;
  bool join_lines = false;

  // A JSON object of these names. Errors: not_found; invalid_argument for what is none, lacks {question}, or
  // has a name that there is not, or both a head and tokens; a head's own.
  static Result<PrmContract> load(const std::string& path);
};

}  // namespace reckon
