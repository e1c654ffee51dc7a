// Replies that a template asks to put between two tags, so that what is said around them is left out.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "thinking/trace.h"

namespace reckon {

// What is between <tag> and </tag>, without white space around it. Nothing unless each of the two is there
// exactly once, in this order, with text between them. O(length).
std::optional<std::string> tagged_text(std::string_view reply, std::string_view tag);

// What a reply without its closing tag is worth, once it has ended by itself. One that was cut off is always dropped.
enum class Unclosed {
  drop,
  keep,  // its end closes the tag, for models that forget it
};

// The same of a reply whose prompt ends with `prefill`, and that stops at "</tag>", its stop string. Nothing of a reply
// that adds nothing to the prefill.
std::optional<std::string> tagged_text(const Trace& reply, std::string_view prefill, std::string_view tag, Unclosed unclosed = Unclosed::drop);

}  // namespace reckon
