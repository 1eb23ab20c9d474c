// Runs the kernels on the processor, a thread for each of a block's: what a test compares them with needs no graphics card.
#include <math.h>
#include <pthread.h>

#define KERNEL static
#define SHARED static

struct place { int x, y; };
static _Thread_local struct place threadIdx, blockIdx;
static pthread_barrier_t barrier;
static void __syncthreads(void) { pthread_barrier_wait(&barrier); }

#include "kernels.cu"

static struct place grid;
static void (*block)(void);

static void *thread(void *number) {
    threadIdx.x = (int)(long)number;
    for (blockIdx.y = 0; blockIdx.y < grid.y; blockIdx.y++)
        for (blockIdx.x = 0; blockIdx.x < grid.x; blockIdx.x++) {
            block();
            // The next block's threads have the same shared memory.
            __syncthreads();
        }
    return 0;
}

static void launch(int x, int y, void (*kernel)(void)) {
    pthread_t threads[THREADS];
    grid.x = x, grid.y = y, block = kernel;
    pthread_barrier_init(&barrier, 0, THREADS);
    for (long n = 0; n < THREADS; n++) pthread_create(&threads[n], 0, thread, (void *)n);
    for (int n = 0; n < THREADS; n++) pthread_join(threads[n], 0);
    pthread_barrier_destroy(&barrier);
}

// The arguments of the kernel that runs; only one does at a time.
static const float *a, *b, *c;
static const int *tiles;
static float *out, eps;
static int p, q, r, s;
static long long t;

static void run_normalise(void) { normalise(a, b, c, out, p, eps); }
static void run_turn(void) { turn(a, b, c, out, p, q); }
static void run_activate(void) { activate(a, out, p, q, r); }
static void run_attend(void) { attend(a, b, c, tiles, out, p, q, r, s, t); }

void emulate_normalise(int rows, const float *x, const float *weight, const float *bias, float *to, int width, float small) {
    a = x, b = weight, c = bias, out = to, p = width, eps = small;
    launch(rows, 1, run_normalise);
}

void emulate_turn(int rows, const float *x, const float *cosines, const float *sines, float *to, int heads, int pairs) {
    a = x, b = cosines, c = sines, out = to, p = heads, q = pairs;
    launch(rows, 1, run_turn);
}

void emulate_activate(int rows, const float *x, float *to, int width, int kind, int gated) {
    a = x, out = to, p = width, q = kind, r = gated;
    launch(rows, 1, run_activate);
}

void emulate_attend(
    int count, const float *queries, const float *keys, const float *values, const int *all, float *to, int heads, int group,
    int head, int row_step, long long head_step) {
    a = queries, b = keys, c = values, tiles = all, out = to, p = heads, q = group, r = head, s = row_step, t = head_step;
    launch(count, heads, run_attend);
}
