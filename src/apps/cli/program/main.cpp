#include "apps/cli/app.h"

int main(int argc, char** argv) { return reckon::cli::run(argc, argv); }
