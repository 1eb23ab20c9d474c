"""A list of which several entries can be chosen; they are written to fruit.txt."""
import tkinter as tk

root = tk.Tk()
root.title("Fruit")
fruit = ["Apples", "Pears", "Cherries", "Plums", "Quinces"]
names = tk.Listbox(root, selectmode="extended", width=30, height=8, font=("DejaVu Sans", 12))
for name in fruit:
    names.insert("end", name)
names.pack(padx=10, pady=10)


def take():
    open("fruit.txt", "w").write(",".join(fruit[at] for at in names.curselection()))
    root.destroy()


tk.Button(root, text="Take these", command=take).pack(pady=(0, 10))
root.mainloop()
