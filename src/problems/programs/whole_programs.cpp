// Programs that read standard input, the first dozen. Data; see program_problem.h.
#include "problems/programs/program_problem.h"

namespace reckon {

std::vector<ProgramProblem> whole_programs() {
  return {
      {.id = "sum_of_two",
       .statement = "Read two integers from one line and print their sum.",
       .examples = {{"3 4\n", "7\n"}, {"-5 2\n", "-3\n"}},
       .hidden = {{"0 0\n", "0\n"}, {"1000000000000 1\n", "1000000000001\n"}, {"-7 -8\n", "-15\n"}},
       .solution = R"(a, b = map(int, input().split())
print(a + b)
)"},
      {.id = "even_or_odd",
       .statement = "Read an integer and print \"even\" or \"odd\".",
       .examples = {{"4\n", "even\n"}, {"7\n", "odd\n"}},
       .hidden = {{"0\n", "even\n"}, {"-3\n", "odd\n"}, {"123456789012\n", "even\n"}, {"-8\n", "even\n"}},
       .solution = R"(print('even' if int(input()) % 2 == 0 else 'odd')
)"},
      {.id = "max_of_list",
       .statement = "The first line holds a number n, the second line n integers. Print the largest of them "
                    "and its position, counted from 1, separated by a blank. If it occurs more than once, "
                    "print its first position.",
       .examples = {{"3\n5 9 2\n", "9 2\n"}, {"4\n1 7 7 3\n", "7 2\n"}},
       .hidden = {{"1\n-5\n", "-5 1\n"}, {"5\n-3 -1 -2 -1 -9\n", "-1 2\n"}, {"2\n10 10\n", "10 1\n"}},
       .solution = R"(input()
a = list(map(int, input().split()))
print(max(a), a.index(max(a)) + 1)
)"},
      {.id = "reverse_words",
       .statement = "Read a line and print its words in reverse order, separated by single blanks.",
       .examples = {{"one two three\n", "three two one\n"}, {"hello\n", "hello\n"}},
       .hidden = {{"a  b\n", "b a\n"}, {"the quick brown fox\n", "fox brown quick the\n"},
                   {"  x y \n", "y x\n"}},
       .solution = R"(print(' '.join(input().split()[::-1]))
)"},
      {.id = "fizz_buzz",
       .statement = "Read an integer n and print the numbers from 1 to n, each on its own line, but \"Fizz\" "
                    "for multiples of 3, \"Buzz\" for multiples of 5 and \"FizzBuzz\" for multiples of both.",
       .examples = {{"5\n", "1\n2\nFizz\n4\nBuzz\n"}, {"3\n", "1\n2\nFizz\n"}},
       .hidden = {{"1\n", "1\n"},
                   {"15\n", "1\n2\nFizz\n4\nBuzz\nFizz\n7\n8\nFizz\nBuzz\n11\nFizz\n13\n14\nFizzBuzz\n"},
                   {"31\n", "1\n2\nFizz\n4\nBuzz\nFizz\n7\n8\nFizz\nBuzz\n11\nFizz\n13\n14\nFizzBuzz\n16\n17\nFizz\n19\nBuzz\nFizz\n22\n23\nFizz\nBuzz\n26\nFizz\n28\n29\nFizzBuzz\n31\n"}},
       .solution = R"(for i in range(1, int(input()) + 1):
    print('FizzBuzz' if i % 15 == 0 else 'Fizz' if i % 3 == 0 else 'Buzz' if i % 5 == 0 else i)
)"},
      {.id = "average",
       .statement = "The first line holds a number n, the second line n integers. Print their average, rounded "
                    "to exactly two decimals.",
       .examples = {{"3\n1 2 3\n", "2.00\n"}, {"2\n1 2\n", "1.50\n"}},
       .hidden = {{"1\n7\n", "7.00\n"}, {"3\n1 1 2\n", "1.33\n"}, {"4\n-1 -2 -3 -5\n", "-2.75\n"}},
       .solution = R"(n = int(input())
a = list(map(int, input().split()))
print('%.2f' % (sum(a) / n))
)"},
      {.id = "count_letters",
       .statement = "Read a line and print, for each letter that occurs in it, the letter in lower case and "
                    "how often it occurs (upper and lower case together), separated by a blank, one letter a "
                    "line in alphabetical order. Other characters do not count.",
       .examples = {{"Banana\n", "a 3\nb 1\nn 2\n"}, {"a1 b2\n", "a 1\nb 1\n"}},
       .hidden = {{"Hello, World!\n", "d 1\ne 1\nh 1\nl 3\no 2\nr 1\nw 1\n"}, {"zZzZ\n", "z 4\n"},
                   {"The end.\n", "d 1\ne 2\nh 1\nn 1\nt 1\n"}},
       .solution = R"(t = input().lower()
for c in 'abcdefghijklmnopqrstuvwxyz':
    if c in t:
        print(c, t.count(c))
)"},
      {.id = "number_triangle",
       .statement = "Read an integer n and print n lines; line i holds the numbers from 1 to i, separated by "
                    "blanks.",
       .examples = {{"3\n", "1\n1 2\n1 2 3\n"}, {"1\n", "1\n"}},
       .hidden = {{"2\n", "1\n1 2\n"}, {"6\n", "1\n1 2\n1 2 3\n1 2 3 4\n1 2 3 4 5\n1 2 3 4 5 6\n"},
                   {"12\n", "1\n1 2\n1 2 3\n1 2 3 4\n1 2 3 4 5\n1 2 3 4 5 6\n1 2 3 4 5 6 7\n1 2 3 4 5 6 7 8\n1 2 3 4 5 6 7 8 9\n1 2 3 4 5 6 7 8 9 10\n1 2 3 4 5 6 7 8 9 10 11\n1 2 3 4 5 6 7 8 9 10 11 12\n"}},
       .solution = R"(for i in range(1, int(input()) + 1):
    print(*range(1, i + 1))
)"},
      {.id = "palindrome_phrase",
       .statement = "Read a line and print \"yes\" if its letters and digits, in lower case, read the same "
                    "forwards and backwards, else \"no\".",
       .examples = {{"Never odd or even\n", "yes\n"}, {"palindrome\n", "no\n"}},
       .hidden = {{"A man, a plan, a canal: Panama\n", "yes\n"}, {"12 21\n", "yes\n"}, {"ab\n", "no\n"},
                   {"x\n", "yes\n"}},
       .solution = R"(t = [c for c in input().lower() if c.isalnum()]
print('yes' if t == t[::-1] else 'no')
)"},
      {.id = "gcd_lcm",
       .statement = "Read two positive integers from one line and print their greatest common divisor and "
                    "their least common multiple, separated by a blank.",
       .examples = {{"4 6\n", "2 12\n"}, {"5 7\n", "1 35\n"}},
       .hidden = {{"1 1\n", "1 1\n"}, {"12 12\n", "12 12\n"},
                   {"1000000007 998244353\n", "1 998244359987710471\n"}, {"100 75\n", "25 300\n"}},
       .solution = R"(from math import gcd
a, b = map(int, input().split())
print(gcd(a, b), a * b // gcd(a, b))
)"},
      {.id = "sum_until_zero",
       .statement = "Read integers, one a line, until a 0 comes, and print the sum of those before it.",
       .examples = {{"1\n2\n3\n0\n", "6\n"}, {"0\n", "0\n"}},
       .hidden = {{"-5\n5\n7\n0\n", "7\n"}, {"100\n0\n50\n0\n", "100\n"}, {"1\n1\n1\n1\n0\n", "4\n"}},
       .solution = R"(s = 0
while True:
    n = int(input())
    if n == 0:
        break
    s += n
print(s)
)"},
      {.id = "primes_up_to",
       .statement = "Read an integer n and print all primes up to and including n on one line, separated by "
                    "blanks. If there is none, print \"none\".",
       .examples = {{"10\n", "2 3 5 7\n"}, {"1\n", "none\n"}},
       .hidden = {{"2\n", "2\n"}, {"3\n", "2 3\n"}, {"30\n", "2 3 5 7 11 13 17 19 23 29\n"}, {"0\n", "none\n"},
                   {"97\n", "2 3 5 7 11 13 17 19 23 29 31 37 41 43 47 53 59 61 67 71 73 79 83 89 97\n"}},
       .solution = R"(n = int(input())
p = [i for i in range(2, n + 1) if all(i % d for d in range(2, int(i ** 0.5) + 1))]
print(*p if p else ['none'])
)"},
  };
}

}  // namespace reckon
