#include "strategies/rap/sub_questions.h"

#include <algorithm>

#include "base/text.h"

namespace reckon {

const std::string_view kDecomposeTemplate =
    "Solve the problem by asking and answering small questions, one after the other, in exactly this form:\n\n"
    "Question 1: How many pens are in 3 boxes of 4 pens?\n"
    "Answer 1: There are 3 * 4 = 12 pens. The answer is 12.\n"
    "Question 2: Now we can answer: How many pens are left when 5 of them are given away?\n"
    "Answer 2: 12 - 5 = 7 pens are left. The answer is 7.\n\n"
    "Each question asks for one thing that is not known yet. As soon as everything needed is known, begin the last "
    "question with \"Now we can answer:\" and repeat what the problem asks. Every answer ends with \"The answer is\".\n\n"
    "Problem: {question}";

const std::string_view kUsefulTemplate =
    "Problem: {question}\n\nKnown so far:\n{steps}\n\nNext question: {action}\n\n"
    "Can this question be answered from what is known, is it not answered yet, and does its answer help to solve the "
    "problem? Reply with one word, Yes or No.";

std::string question_heading(int number) { return "Question " + std::to_string(number) + ":"; }
std::string answer_heading(int number) { return "Answer " + std::to_string(number) + ":"; }

std::string one_line(std::string_view reply) {
  reply = trim(reply);
  return std::string(trim(reply.substr(0, reply.find('\n'))));
}

bool is_last_question(std::string_view sub_question) {
  return to_lower(sub_question).find("now we can answer") != std::string::npos;
}

std::string last_question(std::string_view task_question) {
  std::string question(trim(task_question));
  std::ranges::replace(question, '\n', ' ');
  return "Now we can answer: " + question;
}

}  // namespace reckon
