#include "strategies/tot/thoughts.h"

#include <algorithm>
#include <cctype>

#include "base/text.h"

namespace reckon {

const std::string_view kProposeTemplate =
    "Problem:\n{question}\n\nSteps so far:\n{steps}\n\n"
    "List up to {count} different ways to take the next step, one per line. Write each as a single short step with "
    "its result and, where numbers are used up, what is left, for example \"6 - 4 = 2 (left: 2 8)\". Do not explain "
    "and do not take more than one step in a line. If the steps so far already solve the problem, write only "
    "\"The answer is\" followed by the final answer.";

const std::string_view kValueTemplate =
    "Problem:\n{question}\n\nSteps so far:\n{steps}\n\n"
    "Are these steps right, and can the problem still be solved from here? Check briefly. Then end with one word on a "
    "line of its own: sure (they are right and reach or clearly lead to the answer), likely (they may lead there) or "
    "impossible (there is a mistake, or no way on).";

const std::string_view kVoteTemplate =
    "Problem:\n{question}\n\nThese are different beginnings or solutions:\n\n{choices}\n"
    "Compare them briefly: which is correct so far and gets closest to solving the problem? End with \"The best choice "
    "is X\", where X is the number of the choice.";

const std::string_view kConcludeTemplate =
    "Problem:\n{question}\n\nSteps so far:\n{steps}\n\n"
    "Use these steps to finish the solution, and put your final answer within \\boxed{}.";

namespace {

// "1. ", "2) ", "- ", "* " at the beginning of a line; "1.5 + 2" begins with a number of its own.
std::string_view without_bullet(std::string_view line) {
  std::size_t at = 0;
  while (at < line.size() && std::isdigit(static_cast<unsigned char>(line[at])) != 0) ++at;
  const bool numbered = at > 0 && at + 1 < line.size() && (line[at] == '.' || line[at] == ')') && line[at + 1] == ' ';
  if (numbered) return trim(line.substr(at + 1));
  if (line.starts_with("- ") || line.starts_with("* ")) return trim(line.substr(2));
  return line;
}

bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }

// Where `word` last stands by itself; npos: nowhere.
std::size_t last_word(std::string_view text, std::string_view word) {
  for (auto at = text.rfind(word); at != std::string_view::npos; at = at == 0 ? at - 1 : text.rfind(word, at - 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || !is_letter(text[at - 1])) && (end == text.size() || !is_letter(text[end]))) return at;
    if (at == 0) break;
  }
  return std::string_view::npos;
}

}  // namespace

std::vector<std::string> read_proposals(std::string_view reply, std::size_t most) {
  std::vector<std::string> proposals;
  for (const std::string& line : split(reply, '\n')) {
    const std::string proposal(without_bullet(trim(line)));
    if (proposal.empty() || proposal.ends_with(':') || std::ranges::find(proposals, proposal) != proposals.end()) continue;
    proposals.push_back(proposal);
    if (proposals.size() == most) break;
  }
  return proposals;
}

double read_value(std::string_view reply) {
  const std::string lower = to_lower(reply);
  double value = 0.0;
  std::size_t latest = 0;
  for (const auto& [word, worth] : {std::pair{"sure", 20.0}, {"likely", 1.0}, {"impossible", 0.001}}) {
    const auto at = last_word(lower, word);
    if (at == std::string::npos || at + 1 <= latest) continue;
    latest = at + 1;
    value = worth;
  }
  return value;
}

std::string list_choices(const std::vector<std::string>& texts) {
  std::string list;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    list += "Choice " + std::to_string(i + 1) + ":\n" + std::string(trim(texts[i])) + "\n\n";
  }
  return list;
}

}  // namespace reckon
