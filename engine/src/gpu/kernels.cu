// What a graphics card does between the products of matrices; compiled when it is needed, by NVRTC.
//
// Written in C alone, so that a test can run it on the processor too (emulated.c): no warp's tricks, and every thread of a block
// comes to every __syncthreads(). Numbers are f32, rows follow each other.
#ifdef __CUDACC__
#define KERNEL extern "C" __global__
#define SHARED __shared__
#endif

// Threads of a block, in every kernel.
#define THREADS 128

// The sum of what the block's threads have; `room` holds a number for each of them.
static
#ifdef __CUDACC__
    __device__
#endif
    float
    total(float mine, float *room) {
    room[threadIdx.x] = mine;
    __syncthreads();
    for (int half = THREADS / 2; half > 0; half /= 2) {
        if (threadIdx.x < half) room[threadIdx.x] += room[threadIdx.x + half];
        __syncthreads();
    }
    float sum = room[0];
    __syncthreads();
    return sum;
}

// Each row by its root mean square; by mean and variance where there is a bias. One block a row.
KERNEL void normalise(const float *x, const float *weight, const float *bias, float *out, int width, float eps) {
    SHARED float room[THREADS];
    x += (long long)blockIdx.x * width;
    out += (long long)blockIdx.x * width;
    float mean = 0.0f;
    if (bias) {
        for (int n = threadIdx.x; n < width; n += THREADS) mean += x[n];
        mean = total(mean, room) / width;
    }
    float squares = 0.0f;
    for (int n = threadIdx.x; n < width; n += THREADS) squares += (x[n] - mean) * (x[n] - mean);
    float scale = 1.0f / sqrtf(total(squares, room) / width + eps);
    for (int n = threadIdx.x; n < width; n += THREADS)
        out[n] = (x[n] - mean) * scale * weight[n] + (bias ? bias[n] : 0.0f);
}

// Turns each head of a row: pair n is the numbers n and n + pairs, its angle that of the row. One block a row.
KERNEL void turn(const float *x, const float *cosines, const float *sines, float *out, int heads, int pairs) {
    long long row = blockIdx.x;
    x += row * heads * 2 * pairs;
    out += row * heads * 2 * pairs;
    for (int n = threadIdx.x; n < heads * pairs; n += THREADS) {
        int at = n / pairs * 2 * pairs + n % pairs;
        float c = cosines[row * pairs + n % pairs], s = sines[row * pairs + n % pairs];
        float a = x[at], b = x[at + pairs];
        out[at] = a * c - b * s;
        out[at + pairs] = b * c + a * s;
    }
}

// The activations, by number: SiLU, quick GELU, GELU by tanh, GELU.
static
#ifdef __CUDACC__
    __device__
#endif
    float
    activated(int kind, float x) {
    if (kind == 0) return x / (1.0f + expf(-x));
    if (kind == 1) return x / (1.0f + expf(-1.702f * x));
    if (kind == 2) return x / (1.0f + expf(-2.0f * 0.7978846f * (x + 0.044715f * x * x * x)));
    return 0.5f * x * (1.0f + erff(x * 0.70710678f));
}

// act(gate) * up, where a row has `width` numbers of the gate, then as many of `up`; act(x) where there is no `up`. One block a row.
KERNEL void activate(const float *x, float *out, int width, int kind, int gated) {
    x += (long long)blockIdx.x * width * (gated ? 2 : 1);
    out += (long long)blockIdx.x * width;
    for (int n = threadIdx.x; n < width; n += THREADS) out[n] = activated(kind, x[n]) * (gated ? x[n + width] : 1.0f);
}

// Rows of a tile, keys that are looked at together, and the most numbers of a head.
#define ROWS 16
#define KEYS 32
#define HEAD THREADS

// Softmax(q k / sqrt(head)) v, tile by tile: block (tile, head). A tile has five numbers: its first row and how many, its first
// key and how many the last row sees, and whether each row sees one key less than the one behind it.
KERNEL void attend(
    const float *q, const float *k, const float *v, const int *tiles, float *out, int heads, int group, int head,
    int row_step, long long head_step) {
    SHARED float queries[ROWS][HEAD + 1], keys[KEYS][HEAD + 1], values[KEYS][HEAD], weights[ROWS][KEYS];
    SHARED float most[ROWS], sums[ROWS], left[ROWS];
    const int *tile = tiles + 5 * blockIdx.x;
    int first = tile[0], rows = tile[1], count = tile[3], causal = tile[4], n = threadIdx.x;
    long long start = (long long)(blockIdx.y / group) * head_step + (long long)tile[2] * row_step;
    float scale = 1.0f / sqrtf((float)head), mine[ROWS];
    for (int row = 0; row < ROWS; row++) {
        int there = row < rows && n < head;
        queries[row][n] = there ? q[((long long)(first + row) * heads + blockIdx.y) * head + n] * scale : 0.0f;
        mine[row] = 0.0f;
    }
    if (n < ROWS) {
        most[n] = -3.0e38f;
        sums[n] = 0.0f;
    }
    for (int from = 0; from < count; from += KEYS) {
        __syncthreads();
        for (int key = 0; key < KEYS; key++) {
            int there = from + key < count && n < head;
            keys[key][n] = there ? k[start + (long long)(from + key) * row_step + n] : 0.0f;
            values[key][n] = there ? v[start + (long long)(from + key) * row_step + n] : 0.0f;
        }
        __syncthreads();
        for (int at = n; at < ROWS * KEYS; at += THREADS) {
            int row = at / KEYS, key = at % KEYS, seen = causal ? count - (rows - 1 - row) : count;
            float score = 0.0f;
            for (int number = 0; number < head; number++) score += queries[row][number] * keys[key][number];
            weights[row][key] = from + key < seen && row < rows ? score : -3.0e38f;
        }
        __syncthreads();
        if (n < ROWS) {
            float greatest = most[n], sum = 0.0f;
            for (int key = 0; key < KEYS; key++) greatest = fmaxf(greatest, weights[n][key]);
            for (int key = 0; key < KEYS; key++) {
                // A key that is not seen counts nothing, also where no key has been seen so far.
                float weight = weights[n][key] > -1.0e38f ? expf(weights[n][key] - greatest) : 0.0f;
                weights[n][key] = weight;
                sum += weight;
            }
            left[n] = expf(most[n] - greatest);
            sums[n] = sums[n] * left[n] + sum;
            most[n] = greatest;
        }
        __syncthreads();
        for (int row = 0; row < ROWS; row++) {
            float sum = mine[row] * left[row];
            for (int key = 0; key < KEYS; key++) sum += weights[row][key] * values[key][n];
            mine[row] = sum;
        }
    }
    for (int row = 0; row < rows; row++)
        if (n < head) out[((long long)(first + row) * heads + blockIdx.y) * head + n] = mine[row] / sums[row];
}
