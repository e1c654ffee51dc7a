#include "scoring/answer_expression.h"

#include <algorithm>
#include <array>
#include <utility>

#include "scoring/answer_text.h"

namespace reckon::answer_detail {
namespace {

constexpr int kFailed = -1;

struct FunctionName {
  std::string_view name;
  Function function;
};
constexpr std::array<FunctionName, 21> kFunctions{{
    {"sin", Function::sin}, {"cos", Function::cos}, {"tan", Function::tan}, {"cot", Function::cot},
    {"sec", Function::sec}, {"csc", Function::csc}, {"arcsin", Function::arcsin}, {"arccos", Function::arccos},
    {"arctan", Function::arctan}, {"asin", Function::arcsin}, {"acos", Function::arccos}, {"atan", Function::arctan},
    {"sinh", Function::sinh}, {"cosh", Function::cosh}, {"tanh", Function::tanh}, {"exp", Function::exp},
    {"ln", Function::ln}, {"log", Function::log}, {"lg", Function::log}, {"tg", Function::tan}, {"ctg", Function::cot}}};

constexpr std::array<std::string_view, 27> kGreek{
    "alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta", "eta", "theta", "kappa", "lambda", "mu", "nu",
    "xi", "rho", "sigma", "tau", "phi", "varphi", "chi", "psi", "omega", "Delta", "Omega", "Phi", "ell", "infty"};

const FunctionName* find_function(std::string_view name) {
  const auto at = std::find_if(kFunctions.begin(), kFunctions.end(), [&](const auto& f) { return f.name == name; });
  return at == kFunctions.end() ? nullptr : &*at;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  std::optional<Expression> run() {
    const int root = sum();
    skip_spaces();
    if (root == kFailed || at_ != text_.size() || failed_) return std::nullopt;
    return std::move(tree_);
  }

 private:
  // Counts nesting for as long as it lives.
  class Level {
   public:
    explicit Level(Parser& parser) : parser_(parser) { ++parser_.depth_; }
    ~Level() { --parser_.depth_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;
    bool too_deep() const { return parser_.depth_ > kMaxDepth; }

   private:
    Parser& parser_;
  };

  int add(Node node) {
    if (failed_ || tree_.nodes.size() >= kMaxNodes) return fail();
    tree_.nodes.push_back(std::move(node));
    return static_cast<int>(tree_.nodes.size()) - 1;
  }
  int fail() {
    failed_ = true;
    return kFailed;
  }
  int unary(Op op, int child) { return child == kFailed ? kFailed : add({.op = op, .left = child}); }
  int binary(Op op, int left, int right) {
    return left == kFailed || right == kFailed ? fail() : add({.op = op, .left = left, .right = right});
  }
  int constant(const Rational& value) { return add({.op = Op::number, .number = value}); }

  void skip_spaces() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }
  char peek() {
    skip_spaces();
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool accept(std::string_view token) {
    skip_spaces();
    if (text_.substr(at_, token.size()) != token) return false;
    at_ += token.size();
    return true;
  }
  // \name without consuming it; empty when none starts here.
  std::string_view peek_command() {
    if (peek() != '\\') return {};
    std::size_t end = at_ + 1;
    while (end < text_.size() && is_letter(text_[end])) ++end;
    return text_.substr(at_ + 1, end - at_ - 1);
  }
  bool accept_command(std::string_view name) {
    if (name.empty() || peek_command() != name) return false;
    at_ += name.size() + 1;
    return true;
  }

  int sum() {
    const Level level(*this);
    if (level.too_deep()) return fail();
    int left = signed_product();
    while (left != kFailed) {
      const char c = peek();
      if (c != '+' && c != '-') break;
      ++at_;
      left = binary(c == '+' ? Op::add : Op::subtract, left, signed_product());
    }
    return left;
  }

  // Signs bind weaker than powers: -x^2 is -(x^2).
  bool read_signs() {
    bool negative = false;
    for (char c = peek(); c == '+' || c == '-'; c = peek()) {
      negative ^= c == '-';
      ++at_;
    }
    return negative;
  }

  int signed_product() {
    const bool negative = read_signs();
    const int value = product();
    return negative ? unary(Op::negate, value) : value;
  }

  int product() {
    int left = power();
    while (left != kFailed) {
      const char c = peek();
      if (c == '*' || c == '/') {
        ++at_;
        left = binary(c == '*' ? Op::multiply : Op::divide, left, signed_power());
      } else if (accept_command("cdot") || accept_command("times")) {
        left = binary(Op::multiply, left, signed_power());
      } else if (accept_command("div")) {
        left = binary(Op::divide, left, signed_power());
      } else if (starts_factor(c)) {
        // A number after something else, as in "x 3" or "2 5", is no notation for a product.
        if (is_digit(c) || c == '.') return fail();
        left = binary(Op::multiply, left, power());
      } else {
        break;
      }
    }
    return left;
  }

  int signed_power() {
    const bool negative = read_signs();
    const int value = power();
    return negative ? unary(Op::negate, value) : value;
  }

  bool starts_factor(char c) {
    if (is_digit(c) || is_letter(c) || c == '.' || c == '(' || c == '[' || c == '{') return true;
    if (c == '|') return bars_ == 0;
    const auto command = peek_command();
    return !command.empty() && (command == "frac" || command == "sqrt" || command == "pi" || command == "binom" ||
                                find_function(command) != nullptr ||
                                std::find(kGreek.begin(), kGreek.end(), command) != kGreek.end());
  }

  int power() {
    int base = primary();
    while (base != kFailed) {
      if (peek() == '!') {
        if (text_.substr(at_, 2) == "!!" || text_.substr(at_, 2) == "!=") return fail();
        ++at_;
        base = unary(Op::factorial, base);
      } else if (accept("^") || accept("**")) {
        if (accept_degrees()) continue;
        base = binary(Op::power, base, exponent());
      } else {
        break;
      }
    }
    return base;
  }

  // Degree signs carry no value here: angles are compared as plain numbers.
  bool accept_degrees() {
    const auto start = at_;
    const bool braced = accept("{");
    if (accept_command("circ") && (!braced || accept("}"))) return true;
    at_ = start;
    return false;
  }

  // a^b^c groups to the right.
  int exponent() {
    const Level level(*this);
    if (level.too_deep()) return fail();
    const bool negative = read_signs();
    const bool mixed = std::exchange(mixed_allowed_, false);  // 3^2\frac12 is 9/2
    int value = primary();
    mixed_allowed_ = mixed;
    if (value != kFailed && (accept("^") || accept("**"))) value = binary(Op::power, value, exponent());
    return negative ? unary(Op::negate, value) : value;
  }

  int primary() {
    const char c = peek();
    if (is_digit(c) || c == '.') return number();
    if (is_letter(c)) return letters();
    if (c == '\\') return command();
    if (c == '(' || c == '[' || c == '{') return group(c);
    if (c == '|' && bars_ == 0) return absolute();
    return fail();
  }

  int group(char open) {
    ++at_;
    const int bars = std::exchange(bars_, 0);
    const bool mixed = std::exchange(mixed_allowed_, true);
    const int value = sum();
    bars_ = bars;
    mixed_allowed_ = mixed;
    const char close = open == '(' ? ')' : open == '[' ? ']' : '}';
    return accept(std::string_view(&close, 1)) ? value : fail();
  }

  int absolute() {
    ++at_;
    ++bars_;
    const int value = sum();
    --bars_;
    return accept("|") ? unary(Op::absolute, value) : fail();
  }

  std::string_view number_text() {
    const auto start = at_;
    bool point = false;
    while (at_ < text_.size() && (is_digit(text_[at_]) || (text_[at_] == '.' && !point))) {
      point |= text_[at_] == '.';
      ++at_;
    }
    return text_.substr(start, at_ - start);
  }

  int number() {
    const auto digits = number_text();
    const auto decimal = parse_decimal(digits);
    if (!decimal) return fail();
    if (at_ < text_.size() && text_[at_] == '_') return fail();  // a number in another base
    const int whole = constant(decimal->value);
    if (decimal->decimals >= 0) return whole;
    const int part = mixed_part();
    return part == kFailed ? whole : binary(Op::add, whole, part);
  }

  // The fraction of "1\frac12" or "1 1/2", or kFailed without consuming anything. Decided by looking
  // ahead in the text: parsing and undoing would take exponential time when nested.
  int mixed_part() {
    if (!mixed_allowed_) return kFailed;
    const auto start = at_;
    const bool spaced = at_ < text_.size() && is_space(text_[at_]);
    if (peek_command() == "frac") return plain_fraction_ahead(at_ + 5) ? command() : kFailed;
    if (spaced && is_digit(peek())) {
      const auto top = parse_decimal(number_text());
      if (top && top->decimals < 0 && accept("/") && is_digit(peek())) {
        const auto bottom = parse_decimal(number_text());
        if (bottom && bottom->value != 0) return constant(top->value / bottom->value);
      }
    }
    at_ = start;
    return kFailed;
  }

  // Two arguments that are digits only: 2\frac{x}{3} is a product, 2\frac{1}{3} a mixed number.
  bool plain_fraction_ahead(std::size_t at) const {
    for (int argument = 0; argument < 2; ++argument) {
      while (at < text_.size() && is_space(text_[at])) ++at;
      if (at >= text_.size()) return false;
      if (is_digit(text_[at])) {
        ++at;
        continue;
      }
      if (text_[at] != '{') return false;
      const auto digits = ++at;
      while (at < text_.size() && (is_digit(text_[at]) || is_space(text_[at]))) ++at;
      if (at == digits || at >= text_.size() || text_[at] != '}') return false;
      ++at;
    }
    return true;
  }

  // Up to three letters are a product of symbols, more are a word.
  int letters() {
    std::size_t end = at_;
    while (end < text_.size() && is_letter(text_[end])) ++end;
    const auto run = text_.substr(at_, end - at_);
    const bool inside = at_ > 0 && is_letter(text_[at_ - 1]) && at_ == continuing_;
    if (!inside) {
      if (run == "sqrt") {
        at_ = end;
        return square_root();
      }
      if (run == "pi") {
        at_ = end;
        return add({.op = Op::pi});
      }
      if (const auto* function = find_function(run)) {
        at_ = end;
        return call(function->function);
      }
      if (run.size() > 3) return fail();
    }
    const char letter = text_[at_++];
    continuing_ = at_;
    if (letter == 'e') return add({.op = Op::euler});
    return symbol(std::string(1, letter));
  }

  int symbol(std::string name) {
    if (at_ < text_.size() && text_[at_] == '_') {
      ++at_;
      std::size_t end = at_ + 1;
      if (at_ < text_.size() && text_[at_] == '{') {
        end = matching_bracket(text_, at_);
        if (end == std::string_view::npos) return fail();
        name += "_" + std::string(text_.substr(at_ + 1, end - at_ - 1));
        at_ = end + 1;
      } else {
        if (at_ >= text_.size()) return fail();
        name += "_" + std::string(text_.substr(at_, 1));
        at_ = end;
      }
    }
    return add({.op = Op::symbol, .symbol = std::move(name)});
  }

  int command() {
    const auto name = peek_command();
    if (name.empty()) return fail();
    at_ += name.size() + 1;
    if (name == "frac") {
      const int top = argument();
      return binary(Op::divide, top, argument());
    }
    if (name == "binom") {
      const int top = argument();
      return binary(Op::binomial, top, argument());
    }
    if (name == "sqrt") return square_root();
    if (name == "pi") return add({.op = Op::pi});
    if (const auto* function = find_function(name)) return call(function->function);
    if (std::find(kGreek.begin(), kGreek.end(), name) != kGreek.end()) return symbol("\\" + std::string(name));
    return fail();
  }

  // A braced group, or one character as TeX reads \frac12.
  int argument() {
    const Level level(*this);
    if (level.too_deep()) return fail();
    const char c = peek();
    if (is_digit(c)) {
      ++at_;
      return constant(Rational(c - '0'));
    }
    if (is_letter(c)) {
      ++at_;
      return c == 'e' ? add({.op = Op::euler}) : add({.op = Op::symbol, .symbol = std::string(1, c)});
    }
    return primary();
  }

  int square_root() {
    const Level level(*this);
    if (level.too_deep()) return fail();
    int degree = kFailed;
    if (peek() == '[') {
      degree = group('[');
      if (degree == kFailed) return kFailed;
    }
    // \sqrt12 is meant as the root of 12 by everyone who leaves the braces out.
    const int radicand = primary();
    if (degree == kFailed) degree = constant(Rational(2));
    return binary(Op::root, radicand, degree);
  }

  int call(Function function) {
    const Level level(*this);
    if (level.too_deep()) return fail();
    int base = kFailed;
    int raised = kFailed;
    if (function == Function::log && accept("_")) {
      base = argument();
      if (base == kFailed) return kFailed;
    }
    if (accept("^")) {
      raised = exponent();
      if (raised == kFailed) return kFailed;
      // \sin^{-1} means arcsin to some and 1/sin to others.
      if (tree_.nodes.back().op == Op::negate) return fail();
    }
    const int operand = function_operand();
    if (operand == kFailed) return fail();
    const int value = add({.op = Op::call, .function = function, .left = operand, .right = base});
    return raised == kFailed ? value : binary(Op::power, value, raised);
  }

  // (x + 1) as a whole, else the factors that follow: \sin 2x is \sin(2x), \sin x \cos x is not.
  int function_operand() {
    const char c = peek();
    if (c == '(' || c == '[' || c == '{' || c == '|') return primary();
    if (c == '-') {
      ++at_;
      return unary(Op::negate, function_operand_factors());
    }
    return function_operand_factors();
  }
  int function_operand_factors() {
    int left = power();
    while (left != kFailed) {
      const char c = peek();
      const auto command = peek_command();
      const bool constant_command = command == "pi" || std::find(kGreek.begin(), kGreek.end(), command) != kGreek.end();
      std::size_t end = at_;
      while (end < text_.size() && is_letter(text_[end])) ++end;
      const bool named = find_function(text_.substr(at_, end - at_)) != nullptr;
      if (!(is_letter(c) && !named) && !constant_command) break;
      left = binary(Op::multiply, left, power());
    }
    return left;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
  int bars_ = 0;
  bool failed_ = false;
  std::size_t continuing_ = 0;   // where a run of symbol letters goes on
  bool mixed_allowed_ = true;
  Expression tree_;
};

}  // namespace

std::vector<std::string> Expression::symbols() const {
  std::vector<std::string> names;
  for (const auto& node : nodes) {
    if (node.op == Op::symbol) names.push_back(node.symbol);
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::optional<Expression> parse_expression(std::string_view text) { return Parser(text).run(); }

}  // namespace reckon::answer_detail
